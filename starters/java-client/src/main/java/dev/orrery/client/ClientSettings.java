package dev.orrery.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** The settings of a client. Each method changes this object and returns it. */
public final class ClientSettings {
  private static final Duration MAX_DURATION = Duration.ofDays(365);
  private static final int MAX_TOKEN_BYTES = 8192;
  private static final int HIGHEST_PORT = 65_535;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");
  private static final URI THIS_MACHINE = URI.create("http://localhost:7700");

  private final String app;
  private final Supplier<String> token;
  private final String tokenSetting;
  private final List<URI> servers = new ArrayList<>();
  private Duration callTimeout = Duration.ofSeconds(30);
  private Duration retryTimeout = Duration.ofSeconds(60);
  private SSLContext sslContext;

  private ClientSettings(String app, Supplier<String> token, String tokenSetting) {
    this.app = Names.require("app", app);
    this.token = token;
    this.tokenSetting = tokenSetting;
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
    String checked = requireToken("The token", token);
    return new ClientSettings(app, () -> checked, "ClientSettings.of(…, token)");
  }

  /**
   * Reads the token from a file at each call, so that a renewed one counts at once.
   *
   * @param file with one token; blanks and line breaks around it do not count
   */
  public static ClientSettings ofTokenFile(String app, Path file) {
    readToken(file);
    return new ClientSettings(app, () -> readToken(file), "the token in " + file);
  }

  private static String readToken(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_TOKEN_BYTES), StandardCharsets.UTF_8).strip();
      return requireToken("The token in " + file, text);
    } catch (IOException e) {
      throw new IllegalArgumentException("The token file " + file + " cannot be read: " + e, e);
    }
  }

  private static String requireToken(String what, String token) {
    if (!TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException(
          what + " must be printable ASCII characters without blanks.");
    }
    return token;
  }

  /**
   * Adds an address of the API, such as {@code https://orrery:7700}. If it does not respond, the
   * client tries the next. Default: port 7700 of this machine.
   */
  public ClientSettings server(String url) {
    URI server;
    try {
      server = new URI(String.valueOf(url).strip());
    } catch (URISyntaxException e) {
      // Its message has the URL, and a URL can have a password.
      throw notAServer();
    }
    if (String.valueOf(server.getRawAuthority()).contains("@")) {
      throw new IllegalArgumentException(
          "The server has a user name or a password. Leave it out: a client sends its token.");
    }
    boolean isAddress =
        server.getHost() != null
            && Set.of("http", "https")
                .contains(String.valueOf(server.getScheme()).toLowerCase(Locale.ROOT))
            && server.getPort() != 0
            && server.getPort() <= HIGHEST_PORT
            && List.of("", "/").contains(server.getRawPath())
            && server.getRawQuery() == null
            && server.getRawFragment() == null;
    if (!isAddress) {
      throw notAServer();
    }
    servers.add(server);
    return this;
  }

  private static IllegalArgumentException notAServer() {
    return new IllegalArgumentException(
        "The server must be a URL of scheme, host and port, such as http://localhost:7700");
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

  /** Opens a client, which connects when it is called. */
  public OrreryClient open() {
    return open(Timing.SYSTEM);
  }

  OrreryClient open(Timing timing) {
    return new OrreryClient(app, new Calls(this, timing));
  }

  String token() {
    return token.get();
  }

  String tokenSetting() {
    return tokenSetting;
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

  private static Duration requireTime(String what, Duration time) {
    if (time == null || time.isNegative() || time.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          "The " + what + " must be from 0 to " + MAX_DURATION.toDays() + " days; got " + time);
    }
    return time;
  }
}
