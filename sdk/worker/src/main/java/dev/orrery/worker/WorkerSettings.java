package dev.orrery.worker;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.HostText;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.protocol.text.TokenFile;
import dev.orrery.protocol.text.TokenText;
import dev.orrery.protocol.text.UrlText;
import dev.orrery.protocol.transport.TransportModule;
import dev.orrery.protocol.transport.WorkerEnd;
import dev.orrery.worker.attempt.AttemptThreads;
import dev.orrery.worker.client.Credentials;
import dev.orrery.worker.client.HttpProtocolClient;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.TransportProtocolClient;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The settings of a worker. Each method changes this object and returns it. */
public final class WorkerSettings {
  private static final Set<String> BUILT_IN =
      Set.of(
          ProcessorSpec.NOOP,
          ProcessorSpec.SHELL,
          ProcessorSpec.SHELL_WITH_SECRETS,
          ProcessorSpec.HTTP);
  private static final Duration MAX_DURATION = Duration.ofDays(365);
  private static final Pattern SCHEME = Pattern.compile("(?i)https?");

  private final String app;
  private final Supplier<String> token;
  private final String tokenSetting;
  private final List<URI> servers = new ArrayList<>();
  private final Map<String, Processor> processors = new LinkedHashMap<>();
  private final List<String> tags = new ArrayList<>();
  private String name = hostName();
  private int capacity = 20;
  private Duration drainTimeout = Duration.ofSeconds(30);
  private Duration killGracePeriod = Duration.ofSeconds(10);
  private Protocol protocol = Protocol.HTTP;
  private Function<Credentials, ProtocolClient> clients = HttpProtocolClient::new;
  private Optional<SSLContext> ssl = Optional.empty();
  private UnaryOperator<String> settingNames = this::method;
  private @Nullable Executor executor;
  private boolean virtualThreads;
  private AttemptTracing tracing = (ofApp, processor) -> processor;

  private WorkerSettings(String app, Supplier<String> token, String tokenSetting) {
    this.app = requireName("app", app);
    this.token = token;
    this.tokenSetting = tokenSetting;
  }

  /**
   * @param app whose work this worker runs
   * @param token of that app, with the role {@code worker}
   */
  public static WorkerSettings of(String app, String token) {
    requireToken(token);
    return new WorkerSettings(app, () -> token, "WorkerSettings.of(…, token)");
  }

  /**
   * Reads the token from a file, and again when it may have changed: a new token counts within a
   * second, without a restart. While the file cannot be read, the last one stays.
   *
   * @param file with one token; blanks and line breaks around it do not count
   */
  public static WorkerSettings ofTokenFile(String app, Path file) {
    return new WorkerSettings(app, new TokenFile(file), "the token in " + file);
  }

  /**
   * Adds a scheduler address: of the protocol http ({@code http://host:10010}), or of the API,
   * which returns the address of the protocol. If a server does not respond, the worker tries the
   * next. Default: this machine, at the port of the protocol http; with another protocol at the
   * port of the API, because the scheduler may not offer http.
   */
  public WorkerSettings server(String url) {
    URI server;
    try {
      server = new URI(requireValue("server", url).strip());
    } catch (URISyntaxException e) {
      throw notAServer(url);
    }
    if (String.valueOf(server.getRawAuthority()).contains("@")) {
      throw new IllegalArgumentException(
          "The server '"
              + UrlText.withoutPasswords(url)
              + "' has a user name or a password. Leave it out: a worker sends its token.");
    }
    if (server.getHost() == null || !SCHEME.matcher(String.valueOf(server.getScheme())).matches()) {
      throw notAServer(url);
    }
    HostText.beyondAddress(server)
        .ifPresent(
            mistake -> {
              throw new IllegalArgumentException(
                  "The server '" + UrlText.withoutPasswords(url) + "' " + mistake);
            });
    servers.add(server);
    return this;
  }

  private static IllegalArgumentException notAServer(String url) {
    return new IllegalArgumentException(
        "The server must be a URL such as http://localhost:10010; got '"
            + UrlText.withoutPasswords(url)
            + "'"
            + HostText.reason(url));
  }

  /**
   * Adds a processor that this worker offers. {@code import-orders} serves the jobs with {@code
   * {type: java, name: import-orders}}, and is shown as {@code java:import-orders}. The names
   * {@code noop}, {@code shell} and {@code http} stand for the processors of these types.
   *
   * @param processorName 1 to 150 characters out of {@code A-Z a-z 0-9 . _ $ -}, optionally
   *     prefixed with {@code java:}
   */
  public WorkerSettings processor(String processorName, Processor processor) {
    String offered = offerName(requireValue("name of a processor", processorName));
    requireValue("processor '" + processorName + "'", processor);
    if (processors.putIfAbsent(offered, processor) != null) {
      throw new IllegalArgumentException(
          "Duplicate processor '" + offered + "'. Give each processor a unique name.");
    }
    return this;
  }

  private static String offerName(String processorName) {
    if (BUILT_IN.contains(processorName)) {
      return processorName;
    }
    String prefix = ProcessorSpec.Java.offer("");
    String javaName =
        processorName.startsWith(prefix) ? processorName.substring(prefix.length()) : processorName;
    if (!ProcessorSpec.Java.isName(javaName)) {
      throw new IllegalArgumentException(
          "The name of a processor must be 1 to 150 characters out of A-Z a-z 0-9 . _ $ -; got '"
              + processorName
              + "'");
    }
    return ProcessorSpec.Java.offer(javaName);
  }

  /** Sets the display name, which need not be unique. Default: the host name. */
  public WorkerSettings name(String workerName) {
    name = requireName("name", workerName);
    return this;
  }

  /** Adds a tag. A job that requires tags runs only on workers that have all of them. */
  public WorkerSettings tag(String tag) {
    tags.add(requireName("tag", tag));
    return this;
  }

  /**
   * Uses another protocol than {@code http}, such as {@code akka}. Its module must be on the class
   * path. {@link #server} still takes the address of the API or of the protocol http, which returns
   * the address of the other protocol.
   *
   * @param endpoint where this worker listens for responses, and the allowed peers
   * @throws IllegalArgumentException if there is no such protocol, or its module is absent
   */
  public WorkerSettings protocol(String protocolName, WorkerEndpoint endpoint) {
    Protocol other = Protocol.parse(requireValue("protocol", protocolName));
    requireValue("endpoint", endpoint);
    if (other == Protocol.HTTP) {
      throw new IllegalArgumentException(
          "The protocol http has no endpoint. Leave it out: it is the default.");
    }
    TransportModule module =
        TransportModule.find(other)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The protocol "
                            + other.canonicalName()
                            + " is not part of this build. Put orrery-transport-"
                            + other.canonicalName()
                            + " on the class path, or use http."));
    protocol = other;
    clients = access -> new TransportProtocolClient(other, open(module, endpoint), access);
    return this;
  }

  private WorkerEnd open(TransportModule module, WorkerEndpoint endpoint) {
    try {
      return module.open(endpoint.settings(settingNames, servers().get(0).getHost()));
    } catch (StartupException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Sets the maximum number of attempts at once, 1 to 500; default 20. */
  public WorkerSettings capacity(int attempts) {
    if (attempts < 1 || attempts > MessageLimits.MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "The capacity must be between 1 and " + MessageLimits.MAX_CAPACITY + "; got " + attempts);
    }
    capacity = attempts;
    return this;
  }

  /**
   * Runs the attempts on an executor of the application, up to the capacity at once. It must have
   * threads for them; whether a thread runs several, one after the other, is its decision. The
   * worker does not shut it down. Default: a new thread for each attempt.
   */
  public WorkerSettings executor(Executor ofApplication) {
    executor = requireValue("executor", ofApplication);
    return this;
  }

  /**
   * Sets whether each attempt has a virtual thread, from JDK 21 on; before, it has one of the
   * platform. An {@link #executor} goes before.
   */
  public WorkerSettings virtualThreads(boolean virtual) {
    virtualThreads = virtual;
    return this;
  }

  /** Sets the trust, and perhaps the certificate, for https. Default: that of the JVM. */
  public WorkerSettings sslContext(SSLContext context) {
    ssl = Optional.of(requireValue("SSL context", context));
    return this;
  }

  /** Makes a span of each attempt. Default: none. */
  public WorkerSettings tracing(AttemptTracing spans) {
    tracing = requireValue("tracing", spans);
    return this;
  }

  /** Sets how long {@link OrreryWorker#close} waits for running attempts; default 30 s. */
  public WorkerSettings drainTimeout(Duration timeout) {
    drainTimeout = requireTime("drain time-out", timeout);
    return this;
  }

  /** Sets how long a stopped attempt may take to end; default 10 s. */
  public WorkerSettings killGracePeriod(Duration grace) {
    killGracePeriod = requireTime("kill grace period", grace);
    return this;
  }

  /**
   * Sets the names of settings in messages. Default: the methods of this class.
   *
   * @param names returns the name of a setting for users of this worker, given a key of the agent
   *     such as {@code orrery.worker.token}
   */
  public WorkerSettings settingNames(UnaryOperator<String> names) {
    settingNames = requireValue("function of setting names", names);
    return this;
  }

  private String method(String agentKey) {
    return switch (agentKey) {
      case "orrery.worker.app" -> "WorkerSettings.of(app, …)";
      case "orrery.worker.token" -> tokenSetting;
      case "orrery.worker.server" -> "WorkerSettings.server";
      case "orrery.worker.protocol" -> "WorkerSettings.protocol";
      case "orrery.worker.akka.allowed-networks" -> "WorkerEndpoint.allowedNetworks";
      case "orrery.worker.akka.tls" -> "WorkerEndpoint.tls";
      default -> agentKey.startsWith("orrery.worker.akka") ? "WorkerEndpoint" : agentKey;
    };
  }

  /**
   * Starts the worker. It connects in the background, and retries until it is closed.
   *
   * @throws IllegalStateException if it offers no processor, and so could run no job
   * @throws IllegalArgumentException if the endpoint of another protocol is not safe or not free
   */
  public OrreryWorker start() {
    if (processors.isEmpty()) {
      throw new IllegalStateException(
          "The worker offers no processor, so no job can run on it. Call"
              + " WorkerSettings.processor(name, processor) first.");
    }
    OrreryWorker worker = new OrreryWorker(this);
    worker.start();
    return worker;
  }

  WorkerOffer offer(Protocol spoken) {
    String softwareVersion = WorkerSettings.class.getPackage().getImplementationVersion();
    return new WorkerOffer(
        spoken.canonicalName(),
        "orrery",
        VersionRange.SUPPORTED.min(),
        VersionRange.SUPPORTED.max(),
        softwareVersion == null ? "unknown" : softwareVersion,
        app,
        name,
        tags,
        List.copyOf(processors.keySet()),
        capacity);
  }

  /** Opens a new client; the caller must close it. */
  ProtocolClient openClient() {
    return clients.apply(new Credentials(token, ssl));
  }

  List<URI> servers() {
    return servers.isEmpty() ? List.of(defaultServer(protocol)) : List.copyOf(servers);
  }

  static URI defaultServer(Protocol protocol) {
    return URI.create(
        "http://localhost:" + (protocol == Protocol.HTTP ? PortPlan.HTTP : PortPlan.API));
  }

  Map<String, Processor> processors() {
    Map<String, Processor> traced = new LinkedHashMap<>(processors);
    traced.replaceAll((offered, processor) -> tracing.traced(app, processor));
    return Map.copyOf(traced);
  }

  String app() {
    return app;
  }

  String name() {
    return name;
  }

  int capacity() {
    return capacity;
  }

  Duration drainTimeout() {
    return drainTimeout;
  }

  UnaryOperator<String> settingNames() {
    return settingNames;
  }

  /** Opens the threads of the attempts; the caller must close them. */
  AttemptThreads openThreads() {
    if (executor != null) {
      return AttemptThreads.of(executor);
    }
    return virtualThreads ? AttemptThreads.virtual() : AttemptThreads.platform();
  }

  Duration killGracePeriod() {
    return killGracePeriod;
  }

  private static <T> T requireValue(String what, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("The " + what + " is null.");
    }
    return value;
  }

  private static Duration requireTime(String what, @Nullable Duration time) {
    if (requireValue(what, time).isNegative() || time.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "The " + what + " must be from 0 to " + MAX_DURATION.toDays() + " days; got " + time);
    }
    return time;
  }

  private static String requireName(String what, @Nullable String value) {
    if (value == null || !ResourceText.isName(value)) {
      throw new IllegalArgumentException(
          "The " + what + " " + ResourceText.RULE + "; got " + value);
    }
    return value;
  }

  private static void requireToken(@Nullable String token) {
    if (token == null) {
      throw new IllegalArgumentException(
          "The token is null. Is the variable or setting that it comes from set?");
    }
    if (!TokenText.isToken(token)) {
      throw new IllegalArgumentException("The token " + TokenText.RULE);
    }
  }

  private static String hostName() {
    try {
      String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
      return BoundedText.cut(host, 100);
    } catch (UnknownHostException e) {
      return "worker";
    }
  }
}
