package dev.orrery.client;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.text.HostText;
import dev.orrery.protocol.text.TokenFile;
import dev.orrery.protocol.text.TokenText;
import dev.orrery.protocol.text.UrlText;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The settings of a client. Each method changes this object and returns it. */
public final class ClientSettings {
  private static final Duration MAX_DURATION = Duration.ofDays(365);
  private static final URI THIS_MACHINE = URI.create("http://localhost:" + PortPlan.API);
  private static final Pattern SCHEME = Pattern.compile("(?i)https?");

  private final String app;
  private final Supplier<String> token;
  private final Optional<Path> tokenFile;
  private final List<URI> servers = new ArrayList<>();
  private Duration callTimeout = Duration.ofSeconds(30);
  private Duration retryTimeout = Duration.ofSeconds(60);
  private @Nullable SSLContext sslContext;
  private SubmissionTracing tracing = SubmissionTracing.NONE;
  private UnaryOperator<String> settingNames = this::method;

  private ClientSettings(String app, Supplier<String> token, Optional<Path> tokenFile) {
    this.app = Names.require("app", app);
    this.token = token;
    this.tokenFile = tokenFile;
  }

  /**
   * @param app whose jobs and instances the calls are about
   * @param token of that app, with the role {@code operator}, or {@code viewer} to read only
   */
  public static ClientSettings of(String app, String token) {
    if (token == null) {
      throw new IllegalArgumentException(
          "The token is null. Is the variable or setting that it comes from set?");
    }
    if (!TokenText.isToken(token)) {
      throw new IllegalArgumentException("The token " + TokenText.RULE + ".");
    }
    return new ClientSettings(app, () -> token, Optional.empty());
  }

  /**
   * @param token returns the token of each call
   */
  public static ClientSettings ofTokenSource(String app, Supplier<String> token) {
    return new ClientSettings(app, token, Optional.empty());
  }

  /**
   * Reads the token from a file at each call, so that a renewed one counts at once.
   *
   * @param file with one token; blanks and line breaks around it do not count
   */
  public static ClientSettings ofTokenFile(String app, Path file) {
    TokenFile.read(file);
    return new ClientSettings(app, () -> TokenFile.read(file), Optional.of(file));
  }

  /**
   * Adds an address of the API, such as {@code https://orrery:7700}, perhaps with the path of a
   * proxy. If it does not respond, the client tries the next. Default: port 7700 of this machine.
   */
  public ClientSettings server(String url) {
    URI server;
    try {
      server = new URI(String.valueOf(url).strip());
    } catch (URISyntaxException e) {
      throw notAServer(url); // Without the cause, whose message can have a password.
    }
    if (String.valueOf(server.getRawAuthority()).contains("@")) {
      throw new IllegalArgumentException(
          "The server '"
              + UrlText.withoutPasswords(url)
              + "' has a user name or a password. Leave it out: a client sends its token.");
    }
    if (server.getHost() == null || !SCHEME.matcher(String.valueOf(server.getScheme())).matches()) {
      throw notAServer(url);
    }
    HostText.beyondBase(server, List.of(WorkerOperation.Paths.API))
        .ifPresent(
            mistake -> {
              throw new IllegalArgumentException(
                  "The server '" + UrlText.withoutPasswords(url) + "' " + mistake + ".");
            });
    servers.add(URI.create(server.toString().replaceFirst("/+$", "")));
    return this;
  }

  private static IllegalArgumentException notAServer(String url) {
    String given = String.valueOf(url);
    return new IllegalArgumentException(
        "The server must be a URL such as "
            + THIS_MACHINE
            + "; got '"
            + (given.contains("@") ? "***" : given)
            + "'"
            + HostText.reason(given));
  }

  /** Sets how long one response may take; default 30 s. */
  public ClientSettings callTimeout(Duration timeout) {
    if (requireTime("call time-out", timeout).isZero()) {
      throw new IllegalArgumentException("The call time-out must be more than 0.");
    }
    callTimeout = timeout;
    return this;
  }

  /**
   * Sets for how long a call is repeated while the scheduler is away or overloaded; default 60 s, 0
   * for never. Calls whose repetition could do something twice are not repeated.
   */
  public ClientSettings retryTimeout(Duration timeout) {
    retryTimeout = requireTime("retry time-out", timeout);
    return this;
  }

  /** Sets the trust, and perhaps the certificate, for https. Default: that of the JVM. */
  public ClientSettings sslContext(SSLContext context) {
    sslContext = context;
    return this;
  }

  /** Makes spans of the submissions of callers that are in a span. Default: none. */
  public ClientSettings tracing(SubmissionTracing spans) {
    tracing = Objects.requireNonNull(spans, "tracing");
    return this;
  }

  /** Opens a client, which connects when it is called. */
  public OrreryClient open() {
    return open(Timing.SYSTEM);
  }

  OrreryClient open(Timing timing) {
    return new OrreryClient(app, new Calls(this, timing), tracing);
  }

  String token() {
    return token.get();
  }

  /**
   * Sets how messages name a setting to change.
   *
   * @param names returns the name of {@code token}, {@code token-file} or {@code server}, such as
   *     the key of a framework
   */
  public ClientSettings settingNames(UnaryOperator<String> names) {
    settingNames = Objects.requireNonNull(names, "function of setting names");
    return this;
  }

  private String method(String setting) {
    return switch (setting) {
      case "token" -> "ClientSettings.of(…, token)";
      case "token-file" -> "the token in " + tokenFile.map(Path::toString).orElse("a file");
      default -> "ClientSettings." + setting;
    };
  }

  String tokenSetting() {
    return settingNames.apply(tokenFile.isPresent() ? "token-file" : "token");
  }

  String serverSetting() {
    return settingNames.apply("server");
  }

  List<URI> servers() {
    return servers.isEmpty() ? List.of(THIS_MACHINE) : List.copyOf(servers);
  }

  Duration callTimeout() {
    return callTimeout;
  }

  Duration retryTimeout() {
    return retryTimeout;
  }

  Optional<SSLContext> sslContext() {
    return Optional.ofNullable(sslContext);
  }

  private static Duration requireTime(String what, @Nullable Duration time) {
    if (time == null || time.isNegative() || time.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "The " + what + " must be from 0 to " + MAX_DURATION.toDays() + " days; got " + time);
    }
    return time;
  }
}
