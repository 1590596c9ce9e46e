package dev.twine.testkit;

import dev.twine.network.Message;
import dev.twine.network.MessageHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A handler that keeps what it gets, and lets a test wait for it. Safe for use by several threads. */
public final class Inbox implements MessageHandler {
  private final List<Message> messages = new ArrayList<>();

  /** An empty one. */
  public Inbox() {}

  @Override
  public synchronized void handle(Message message) {
    messages.add(message);
    notifyAll();
  }

  /** What came so far, in order. */
  public synchronized List<Message> messages() {
    return List.copyOf(messages);
  }

  /** The payloads that came so far, as text. */
  public synchronized List<String> texts() {
    return messages.stream()
        .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
        .toList();
  }

  /**
   * Waits until so many have come.
   *
   * @throws AssertionError if they have not at the deadline
   */
  public synchronized List<Message> await(int count, Duration deadline)
      throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (messages.size() < count) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("expected " + count + " messages, got " + texts());
      }
      wait(left);
    }
    return List.copyOf(messages);
  }
}
