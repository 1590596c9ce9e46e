package dev.twine.http;

import dev.twine.network.HttpService;
import io.github.bucket4j.Bucket;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One registered path: what answers it, and how often it has been asked lately. */
final class Route {
  private final PathTemplate template;
  private final @Nullable HttpService service;
  private final @Nullable Supplier<ImmediateAnswer> immediate;
  private final AtomicReference<@Nullable Bucket> bucket = new AtomicReference<>();

  private Route(
      PathTemplate template,
      @Nullable HttpService service,
      @Nullable Supplier<ImmediateAnswer> immediate) {
    this.template = template;
    this.service = service;
    this.immediate = immediate;
  }

  static Route of(PathTemplate template, HttpService service) {
    return new Route(template, service, null);
  }

  static Route immediate(PathTemplate template, Supplier<ImmediateAnswer> answer) {
    return new Route(template, null, answer);
  }

  PathTemplate template() {
    return template;
  }

  /** Only for routes without an immediate answer. */
  HttpService requireService() {
    return Objects.requireNonNull(service);
  }

  /** Null for a service. */
  @Nullable
  Supplier<ImmediateAnswer> immediate() {
    return immediate;
  }

  /** The bucket of this service, made on first use by the limits of whoever asks. */
  Bucket bucket(Supplier<Bucket> fresh) {
    Bucket known = bucket.get();
    if (known != null) {
      return known;
    }
    Bucket made = fresh.get();
    Bucket other = bucket.compareAndExchange(null, made);
    return other == null ? made : other;
  }
}
