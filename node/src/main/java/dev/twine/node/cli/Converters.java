package dev.twine.node.cli;

import dev.twine.node.config.HostPort;
import dev.twine.node.text.Durations;
import dev.twine.node.text.Rate;
import dev.twine.node.text.Size;
import java.time.Duration;
import picocli.CommandLine;

/** How arguments become values; each says itself what it does not understand. */
final class Converters {
  private Converters() {}

  static void register(CommandLine line) {
    line.registerConverter(Size.class, Size::parse);
    line.registerConverter(Rate.class, Rate::parse);
    line.registerConverter(Duration.class, Durations::parse);
    line.registerConverter(HostPort.class, HostPort::parse);
    line.registerConverter(OutputFormat.class, OutputFormat::parse);
  }
}
