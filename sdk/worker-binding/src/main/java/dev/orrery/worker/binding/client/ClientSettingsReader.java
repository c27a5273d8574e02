package dev.orrery.worker.binding.client;

import dev.orrery.client.ClientSettings;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.binding.setting.TokenReader;
import dev.orrery.worker.binding.setting.WorkerProperties;
import java.util.function.Supplier;

/**
 * Creates the settings of the client from the properties, and names the property of each mistake.
 */
public final class ClientSettingsReader {
  private static final String PREFIX = ClientProperties.PREFIX + ".";

  private ClientSettingsReader() {}

  /**
   * @param workerApp the app of the worker in the same application; null if there is none
   * @throws InvalidSettingException for the first property that cannot work
   */
  public static ClientSettings read(ClientProperties properties, String workerApp) {
    String app = isBlank(properties.app()) ? workerApp : properties.app();
    if (isBlank(app)) {
      throw new InvalidSettingException(
          PREFIX + "app is not set.",
          "Set it, or " + WorkerProperties.PREFIX + ".app, to the app whose jobs are run.");
    }
    ClientSettings settings = withToken(properties, app.strip()).settingNames(PREFIX::concat);
    properties.server().forEach(server -> in("server", () -> settings.server(server)));
    in("call-timeout", () -> settings.callTimeout(properties.callTimeout()));
    in("retry-timeout", () -> settings.retryTimeout(properties.retryTimeout()));
    return settings;
  }

  private static ClientSettings withToken(ClientProperties properties, String app) {
    TokenReader.requireOne(
        PREFIX + "token",
        properties.token(),
        properties.tokenFile(),
        TokenReader.ofRole("operator", app));
    return properties.tokenFile() == null
        ? in("token", () -> ClientSettings.of(app, properties.token().strip()))
        : in("token-file", () -> ClientSettings.ofTokenFile(app, properties.tokenFile()));
  }

  private static boolean isBlank(String text) {
    return text == null || text.isBlank();
  }

  private static ClientSettings in(String key, Supplier<ClientSettings> use) {
    return InvalidSettingException.in(PREFIX + key, use);
  }
}
