package dev.orrery.worker.binding.setting;

import dev.orrery.client.ClientSettings;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.protocol.text.HostText;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.protocol.text.UrlText;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.binding.declare.ApiAddresses;
import dev.orrery.worker.binding.declare.DeclareSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * Creates the settings of the SDK's worker from the properties, and names the property of each
 * mistake.
 */
public final class WorkerSettingsReader {
  private static final String SWITCH_OFF =
      "An application without a worker, such as a test, sets orrery.worker.enabled=false.";
  private static final int MAX_NAME = 100;
  private static final int MAX_CLASS = 1000;

  private final String worker;
  private final String prefix;
  private final WorkerProperties properties;
  private final WorkerProperties place;
  private final WorkerPlatform platform;
  private final String applicationName;
  private final Optional<SSLContext> ssl;

  /**
   * @param worker its name; may be empty
   * @param unnamed says where the scheduler is, unless the worker has a server of its own
   * @throws InvalidSettingException if there is no TLS of the name that is set
   */
  public WorkerSettingsReader(
      String worker,
      WorkerProperties properties,
      WorkerProperties unnamed,
      WorkerPlatform platform) {
    this.worker = worker;
    this.prefix = WorkerProperties.prefix(worker);
    this.properties = properties;
    this.place = properties.server().isEmpty() ? unnamed : properties;
    this.platform = platform;
    applicationName = platform.applicationName().replaceAll("[^A-Za-z0-9._-]", "-");
    ssl = platform.tls().apply(prefix + platform.tlsKey(), properties.tlsName());
  }

  /**
   * Returns the settings without processors.
   *
   * @throws InvalidSettingException for the first property that cannot work
   */
  public WorkerSettings read() {
    String app = app();
    requireHttp();
    WorkerSettings settings =
        withToken(app)
            .settingNames(key -> key.replaceFirst("^" + WorkerProperties.prefix(""), prefix));
    in("name", () -> settings.name(name()));
    in("capacity", () -> settings.capacity(properties.capacity()));
    in("drain-timeout", () -> settings.drainTimeout(properties.drainTimeout()));
    in("kill-grace-period", () -> settings.killGracePeriod(properties.killGracePeriod()));
    place.server().forEach(server -> in("server", () -> settings.server(server)));
    properties.tags().forEach(tag -> in("tags", () -> settings.tag(tag.strip())));
    settings.virtualThreads(
        Optional.ofNullable(properties.virtualThreads()).orElse(platform.virtualThreads()));
    ssl.ifPresent(settings::sslContext);
    return settings;
  }

  private WorkerSettings withToken(String app) {
    Path file = properties.tokenFile();
    Supplier<String> token =
        TokenReader.read(prefix + "token", properties.token(), file, SWITCH_OFF);
    return in(
        "app",
        () ->
            file == null
                ? WorkerSettings.of(app, token.get())
                : WorkerSettings.ofTokenFile(app, file));
  }

  /**
   * Returns how the jobs are declared; empty if they are not.
   *
   * @param jobs those of the worker
   * @param all those of all workers of the application
   */
  public Optional<DeclareSettings> readDeclaration(List<BoundJob> jobs, List<BoundJob> all) {
    if (!properties.declareJobs()) {
      return Optional.empty();
    }
    Supplier<String> token =
        TokenReader.read(
            prefix + "declare-token",
            properties.declareToken(),
            properties.declareTokenFile(),
            TokenReader.ofRole(properties.declarePrune() ? "operator" : "declare", app()));
    return Optional.of(
        new DeclareSettings(
            prefix,
            apis(),
            app(),
            token,
            ssl,
            owner(),
            version().text(),
            properties.declarePrune(),
            properties.declareDryRun(),
            jobs.stream().map(BoundJob::declarations).flatMap(List::stream).toList(),
            jobs.isEmpty() ? Map.of() : code(all)));
  }

  /** A job that moved to another worker is still known by the class of its method. */
  private Map<String, String> code(List<BoundJob> all) {
    return all.stream()
        .collect(
            Collectors.toMap(
                job ->
                    (job.worker().equals(worker) ? "" : job.worker() + "/")
                        + new ProcessorSpec.Java(job.name()).offerName(),
                job -> BoundedText.cut(job.type().getName(), MAX_CLASS)));
  }

  private List<URI> apis() {
    List<URI> own = properties.declareServer();
    List<URI> servers = own.isEmpty() ? place.declareServer() : own;
    if (servers.isEmpty()) {
      return place.server().isEmpty()
          ? List.of(URI.create("http://localhost:" + PortPlan.API))
          : ApiAddresses.at(place.server().stream().map(String::strip).map(URI::create).toList());
    }
    for (URI server : servers) {
      if (server.getHost() == null || !String.valueOf(server.getScheme()).matches("(?i)https?")) {
        throw new InvalidSettingException(
            prefix + "declare-server is '" + UrlText.withoutPasswords(server.toString()) + "'.",
            "Set it to the URL of the API, such as http://localhost:7700.");
      }
      HostText.beyondBase(server, List.of(WorkerOperation.Paths.API))
          .ifPresent(
              mistake -> {
                throw new InvalidSettingException(
                    prefix
                        + "declare-server is '"
                        + UrlText.withoutPasswords(server.toString())
                        + "'.",
                    "It " + mistake + ".");
              });
      in(
          "declare-server",
          () -> ClientSettings.ofTokenSource(app(), () -> "").server(server.toString()));
    }
    return servers;
  }

  private String app() {
    if (properties.app() == null || properties.app().isBlank()) {
      throw new InvalidSettingException(
          prefix + "app is not set.",
          "Set it to the app whose jobs this application runs. " + SWITCH_OFF);
    }
    return properties.app().strip();
  }

  private DeclarationVersion version() {
    String version = properties.declareVersion();
    return version == null
        ? DeclarationVersion.of(platform.built())
        : DeclarationVersion.parse(version.strip())
            .orElseThrow(
                () ->
                    new InvalidSettingException(
                        prefix + "declare-version is '" + version + "'.",
                        "It " + DeclarationVersion.RULE + "."));
  }

  private String owner() {
    String owner = properties.declareOwner();
    if (owner == null && applicationName.isEmpty()) {
      throw new InvalidSettingException(
          prefix + "declare-owner is not set, and the application has no name.",
          "Set " + platform.nameKey() + ": the versions of an application know each other by it.");
    }
    String chosen =
        owner == null
            ? BoundedText.cut("code." + joined(".", applicationName, worker), MAX_NAME)
            : owner;
    if (!ResourceText.isName(chosen)) {
      throw new InvalidSettingException(
          prefix + "declare-owner is '" + chosen + "'.", "It " + ResourceText.RULE + ".");
    }
    return chosen;
  }

  private String name() {
    if (properties.name() != null) {
      return properties.name();
    }
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
    } catch (UnknownHostException e) {
      host = "worker";
    }
    return BoundedText.cut(joined("-", applicationName, worker, host), MAX_NAME);
  }

  private static String joined(String separator, String... parts) {
    return Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(separator));
  }

  private void requireHttp() {
    Protocol protocol;
    try {
      protocol = Protocol.parse(properties.protocol());
    } catch (UnknownNameException e) {
      throw new InvalidSettingException(
          prefix + "protocol is '" + properties.protocol() + "'.", e.getMessage());
    }
    if (protocol != Protocol.HTTP) {
      throw new InvalidSettingException(
          prefix + "protocol is '" + properties.protocol() + "', which needs an endpoint.",
          "Leave it out, and call WorkerSettings.protocol in a bean of the type"
              + " OrreryWorkerCustomizer.");
    }
  }

  private <T> T in(String key, Supplier<T> use) {
    return InvalidSettingException.in(prefix + key, use);
  }
}
