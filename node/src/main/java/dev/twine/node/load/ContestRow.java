package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.util.List;

/**
 * The measurements of one stack in one case.
 *
 * @param delayMillis added to the round trip
 * @param samples one each, none of them unchecked
 */
record ContestRow(ContestPlan.Case what, String stack, long delayMillis, List<Sample> samples) {
  /**
   * One measurement, checked.
   *
   * @param amount in the unit of the scenario
   * @param nanos that it took
   * @param clientCpuNanos processor time of the client's process meanwhile
   * @param serverCpuNanos the same of the server's
   * @param compilingNanos time that the compilers of both worked meanwhile, as far as they tell
   */
  record Sample(
      long amount, long nanos, long clientCpuNanos, long serverCpuNanos, long compilingNanos) {
    double rate() {
      return per(nanos);
    }

    double perClientCpuSecond() {
      return per(clientCpuNanos);
    }

    double perServerCpuSecond() {
      return per(serverCpuNanos);
    }

    private double per(long duration) {
      return amount * 1e9 / Math.max(1, duration);
    }

    double clientCpu() {
      return (double) clientCpuNanos / nanos;
    }

    double serverCpu() {
      return (double) serverCpuNanos / nanos;
    }

    double compiling() {
      return (double) compilingNanos / Math.max(1, nanos);
    }
  }

  ContestRow {
    samples = List.copyOf(samples);
  }

  ObjectNode json() {
    ObjectNode row = Json.object()
        .put("stack", stack)
        .put("scenario", what.scenario().toString())
        .put("transport", what.path().transport())
        .put("security", security())
        .put("delayMillis", delayMillis)
        .put("unit", what.scenario().kind().unit());
    return Rates.put(row, samples, Sample::rate)
        .put("clientCpu", Rates.hundredths(clientCpu()))
        .put("serverCpu", Rates.hundredths(serverCpu()))
        .put("perClientCpuSecond", Math.round(perClientCpuSecond()))
        .put("perServerCpuSecond", Math.round(perServerCpuSecond()))
        .put("compiling", Rates.hundredths(Rates.median(samples, Sample::compiling)))
        .put("checked", samples.stream().mapToLong(Sample::amount).sum())
        .put("check", what.contest().check(what.scenario()));
  }

  String security() {
    return what.contest().isSecured(stack) ? what.path().security() : "none";
  }

  double rate() {
    return Rates.median(samples, Sample::rate);
  }

  double perClientCpuSecond() {
    return Rates.median(samples, Sample::perClientCpuSecond);
  }

  double perServerCpuSecond() {
    return Rates.median(samples, Sample::perServerCpuSecond);
  }

  double clientCpu() {
    return Rates.median(samples, Sample::clientCpu);
  }

  double serverCpu() {
    return Rates.median(samples, Sample::serverCpu);
  }
}
