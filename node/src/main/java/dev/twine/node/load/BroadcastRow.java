package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.util.List;

/**
 * The measurements of one subject at one size.
 *
 * @param transport or baseline
 * @param samples one each
 */
public record BroadcastRow(String transport, int peers, int size, List<Sample> samples) {
  /** A sink loop that is busy for longer than this has no time left to show more. */
  private static final double LIMITED = 0.9;

  /**
   * One measurement.
   *
   * @param rate deliveries per second, counted by the receivers
   * @param serverCpu processors that the server used, 1 is one of them
   * @param sinkCpu the same of the sink
   * @param lost messages that did not arrive, of all that were sent including the warm-up
   * @param checked messages of which every byte was compared
   */
  public record Sample(double rate, double serverCpu, double sinkCpu, long lost, long checked) {
    /** Deliveries for each second of processor time of the server. */
    double perServerCpuSecond() {
      return rate / Math.max(serverCpu, 1e-3);
    }
  }

  public BroadcastRow {
    samples = List.copyOf(samples);
  }

  ObjectNode json() {
    ObjectNode row = Json.object()
        .put("transport", transport)
        .put("peers", peers)
        .put("size", size)
        .put("unit", "deliveries/s");
    return Rates.put(row, samples, Sample::rate)
        .put("serverCpu", Rates.hundredths(serverCpu()))
        .put("sinkCpu", Rates.hundredths(sinkCpu()))
        .put("perServerCpuSecond", Math.round(perServerCpuSecond()))
        .put("sinkLimited", sinkLimited())
        .put("lost", lost())
        .put("checked", samples.stream().mapToLong(Sample::checked).sum());
  }

  double medianRate() {
    return Rates.median(samples, Sample::rate);
  }

  double serverCpu() {
    return Rates.median(samples, Sample::serverCpu);
  }

  double perServerCpuSecond() {
    return Rates.median(samples, Sample::perServerCpuSecond);
  }

  double sinkCpu() {
    return Rates.median(samples, Sample::sinkCpu);
  }

  boolean sinkLimited() {
    return sinkCpu() >= LIMITED;
  }

  long lost() {
    return samples.stream().mapToLong(Sample::lost).sum();
  }
}
