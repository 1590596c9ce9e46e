package dev.twine.http;

import dev.twine.network.HttpService;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP services of a node by their paths, the same for every transport.
 *
 * <p>A path is made of literal segments, {@code {name}} for any one segment, and a last {@code *}
 * for the rest, which the service reads as the parameter {@code *}. Of several paths that match, the
 * more specific one is served: segment by segment a literal before a parameter before the rest.
 *
 * <p>Safe for use by several threads.
 */
public final class ServiceRouter {
  /** Beside the one of this class. */
  private static final int MAX_ROUTES = 1024;

  private final Object lock = new Object();
  /** Replaced, never changed; most specific first. */
  private volatile List<Route> routes = List.of();

  private volatile ImmediateAnswer protocols = ProtocolMap.of(List.of());

  /** Knows no service yet, and tells so at {@code /.well-known/libp2p/protocols}. */
  public ServiceRouter() {
    routes = List.of(Route.immediate(PathTemplate.parse(ProtocolMap.PATH), () -> protocols));
  }

  /** What a path leads to, and its parameters. */
  record Match(Route route, Map<String, String> parameters) {}

  /**
   * Registers a service, which runs on the service executor.
   *
   * @throws TwineException of code ALREADY_REGISTERED if a path that matches the same is taken,
   *     BAD_VALUE if it is no path
   */
  public Registration serve(String path, HttpService service) {
    return add(Route.of(PathTemplate.parse(path), Objects.requireNonNull(service, "service")));
  }

  /**
   * Registers an answer that is given on the event loop: to GET and HEAD only, outside of the limits
   * on concurrency and rate, so that it comes when everything else is full.
   *
   * @param answer returns at once: no lock, no I/O, no work that grows with the node
   */
  public Registration serveImmediate(String path, Supplier<ImmediateAnswer> answer) {
    return add(Route.immediate(PathTemplate.parse(path), answer));
  }

  /** The registered paths, most specific first. */
  public List<String> paths() {
    return registered().stream().map(PathTemplate::text).toList();
  }

  /** The most specific service of that path. */
  @Nullable
  Match match(List<String> path) {
    for (Route route : routes) {
      Map<String, String> parameters = route.template().match(path);
      if (parameters != null) {
        return new Match(route, parameters);
      }
    }
    return null;
  }

  private List<PathTemplate> registered() {
    return routes.stream()
        .map(Route::template)
        .filter(template -> !template.text().equals(ProtocolMap.PATH))
        .toList();
  }

  private Registration add(Route route) {
    synchronized (lock) {
      var sorted = new TreeMap<PathTemplate, Route>();
      routes.forEach(known -> sorted.put(known.template(), known));
      if (sorted.size() > MAX_ROUTES) {
        throw new TwineException(
            TwineException.Code.BAD_VALUE,
            "too many services",
            String.valueOf(MAX_ROUTES),
            "register one path with {parameters} or * instead");
      }
      if (sorted.putIfAbsent(route.template(), route) != null) {
        throw new TwineException(
            TwineException.Code.ALREADY_REGISTERED,
            "a service is registered on this path",
            route.template().text(),
            "close its registration first, or choose another path");
      }
      replace(List.copyOf(sorted.values()));
    }
    return () -> remove(route);
  }

  private void remove(Route route) {
    synchronized (lock) {
      replace(routes.stream().filter(known -> known != route).toList());
    }
  }

  private void replace(List<Route> changed) {
    routes = changed;
    protocols = ProtocolMap.of(registered());
  }
}
