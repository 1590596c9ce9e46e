package dev.twine.node.cli;

import dev.twine.node.admin.AdminConfig;
import dev.twine.node.client.AdminClient;
import dev.twine.node.config.HostPort;
import dev.twine.node.config.Setting;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running node a command is about. */
final class NodeOptions {
  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "Admin address of the node. Default: TWINE_ADMIN, or 127.0.0.1:7800")
  private @Nullable HostPort admin;

  @Option(
      names = "--admin-token-file",
      paramLabel = "FILE",
      description = "Token of that node. Default: TWINE_ADMIN_TOKEN_FILE")
  private @Nullable Path tokenFile;

  AdminClient client(Map<String, String> environment) {
    Optional<HostPort> address = Optional.ofNullable(admin)
        .or(() ->
            Optional.ofNullable(environment.get(Setting.ADMIN.variable())).map(HostPort::parse));
    Optional<Path> token = Optional.ofNullable(tokenFile)
        .or(() -> Optional.ofNullable(environment.get(Setting.ADMIN_TOKEN_FILE.variable()))
            .map(Path::of));
    return AdminClient.at(address, token.map(AdminConfig.Token::read));
  }
}
