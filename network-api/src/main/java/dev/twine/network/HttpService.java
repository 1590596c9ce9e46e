package dev.twine.network;

/**
 * Answers HTTP requests of peers, whichever transport they come by.
 *
 * <p>Called on a service thread that may block, concurrently. A service may call peers.
 */
@FunctionalInterface
public interface HttpService {
  /**
   * Answers one request. Returning ends the response; what it throws becomes status 500, or a broken
   * connection if the status is already out.
   */
  void handle(ServiceRequest request, ServiceResponse response) throws Exception;
}
