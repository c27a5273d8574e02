package dev.orrery.cli.client;

import dev.orrery.cli.UserException;
import dev.orrery.cli.stack.RunningStack;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.startup.SecretFile;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.text.BoundedFile;
import dev.orrery.protocol.text.HostText;
import dev.orrery.protocol.text.UrlText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The command line options for the address of the scheduler and for the caller's token. */
public final class ClientOptions {
  /** A setting of a scheduler, which may run in the same environment. */
  public static final String ADMIN_TOKEN_VARIABLE = "ORRERY_SECURITY_ADMIN_TOKEN";

  private static final String ADMIN_TOKEN_FILE_VARIABLE = ADMIN_TOKEN_VARIABLE + "_FILE";
  private static final Path LOCAL_TOKEN = Path.of(".orrery", "data", "admin-token");
  private static final String LOCAL_URL = "http://localhost:7700";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "URL of the scheduler, perhaps with the path of a proxy; default: ORRERY_URL, or the scheduler that runs in this"
              + " directory (.orrery/stack.json), or "
              + LOCAL_URL
              + ".")
  private String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Token; default: ORRERY_TOKEN, or for a scheduler on this machine"
              + " ORRERY_SECURITY_ADMIN_TOKEN, or the admin token of the local data directory."
              + " Prefer the environment or a file: other users can read a command line.")
  private String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with the token and nothing else, in place of --token; default: ORRERY_TOKEN_FILE,"
              + " or for a scheduler on this machine ORRERY_SECURITY_ADMIN_TOKEN_FILE.")
  private String tokenFile;

  /** A setting and its source, for messages. */
  record Found(String value, String source) {
    boolean isOption() {
      return source.startsWith("--");
    }
  }

  public SchedulerClient client() {
    Found address = find(url, "--url", "ORRERY_URL");
    if (address == null) {
      address = local(Path.of(".orrery"));
    }
    URI uri = uri(address);
    return new SchedulerClient(uri, address.source(), token(uri, LOCAL_TOKEN));
  }

  /**
   * Returns true if the user named the scheduler, which may be different from the one of this
   * directory.
   */
  public boolean namesUrl() {
    return find(url, "--url", "ORRERY_URL") != null;
  }

  /** Returns true if both URLs have the same port; all names of this machine are equal. */
  public static boolean isSamePort(String url, URI other) {
    URI named = URI.create(url);
    return named.getPort() == other.getPort()
        && named.getScheme().equals(other.getScheme())
        && (named.getHost().equals(other.getHost())
            || (isLoopback(named.getHost()) && isLoopback(other.getHost())));
  }

  /** Returns the URL of this directory's stack, which may use other than the default ports. */
  static Found local(Path files) {
    return RunningStack.read(files)
        .filter(RunningStack::isAlive)
        .map(stack -> new Found(stack.url(), files.resolve("stack.json").toString()))
        .orElse(new Found(LOCAL_URL, "the default; set ORRERY_URL for another one"));
  }

  private static URI uri(Found address) {
    try {
      URI uri = URI.create(address.value());
      if (String.valueOf(uri.getRawAuthority()).contains("@")) {
        throw UserException.usage(
            "'"
                + UrlText.withoutPasswords(address.value())
                + "' ("
                + address.source()
                + ") has a user name or a password. Leave it out, and set ORRERY_TOKEN.");
      }
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        HostText.beyondBase(uri, List.of(WorkerOperation.Paths.API, "/console"))
            .ifPresent(
                mistake -> {
                  throw UserException.usage(
                      "'"
                          + UrlText.withoutPasswords(address.value())
                          + "' ("
                          + address.source()
                          + ") "
                          + mistake
                          + ".");
                });
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Answered below, together with URLs without a host.
    }
    throw UserException.usage(
        "'"
            + UrlText.withoutPasswords(address.value())
            + "' ("
            + address.source()
            + ") is not a URL such as "
            + LOCAL_URL
            + HostText.reason(address.value()));
  }

  /** Returns true if the scheduler of this URL was started by {@code orrery up} here. */
  public static boolean isOfStack(Path files, URI url) {
    try {
      return RunningStack.read(files)
          .filter(stack -> stack.alive(RunningStack.SCHEDULER).isPresent())
          .filter(stack -> isSamePort(stack.url(), url))
          .isPresent();
    } catch (UserException e) {
      // The doctor has a finding of its own about it.
      return false;
    }
  }

  private Found token(URI uri, Path file) {
    return oneOf(
            find(token, "--token", "ORRERY_TOKEN"),
            find(tokenFile, "--token-file", "ORRERY_TOKEN_FILE"))
        .orElseGet(() -> localToken(uri, file, System.getenv()));
  }

  /**
   * Returns the value, or the content of the file; an option precedes a variable.
   *
   * @throws UserException if both are options or variables, or the file is unusable
   */
  static Optional<Found> oneOf(Found value, Found file) {
    if (file == null || (value != null && value.isOption() && !file.isOption())) {
      return Optional.ofNullable(value);
    }
    if (value != null && value.isOption() == file.isOption()) {
      throw UserException.usage(
          value.source() + " and " + file.source() + " are both set. Leave one of them out.");
    }
    try {
      String text = SecretFile.read(file.source(), Path.of(file.value()));
      return Optional.of(new Found(text.strip(), file.source()));
    } catch (StartupException e) {
      throw UserException.usage(e.getMessage());
    }
  }

  /** Returns the admin token that the environment has for a scheduler of this machine. */
  private static Optional<Found> adminToken(Map<String, String> environment) {
    return oneOf(
        find(environment, ADMIN_TOKEN_VARIABLE), find(environment, ADMIN_TOKEN_FILE_VARIABLE));
  }

  /** Returns true if the environment names the admin token, or a file with it. */
  public static boolean namesAdminToken(Map<String, String> environment) {
    return find(environment, ADMIN_TOKEN_VARIABLE) != null
        || find(environment, ADMIN_TOKEN_FILE_VARIABLE) != null;
  }

  /** Creates a client with the admin token of a scheduler on this machine. */
  public static SchedulerClient local(URI uri, Path tokenFile, Map<String, String> environment) {
    return new SchedulerClient(uri, "the local stack", localToken(uri, tokenFile, environment));
  }

  /**
   * Returns the admin token of a local scheduler; it is never sent to another machine. The variable
   * takes precedence, because a scheduler with a token from the environment has no file, and a file
   * may belong to another scheduler.
   *
   * @throws UserException if there is no token, or the address is not local
   */
  static Found localToken(URI uri, Path file, Map<String, String> environment) {
    if (!isLoopback(uri.getHost())) {
      throw UserException.usage(
          "No token: set ORRERY_TOKEN. "
              + file
              + " is for a scheduler on this machine only, not for "
              + uri.getHost()
              + ".");
    }
    Optional<Found> given = adminToken(environment);
    if (given.isPresent()) {
      return given.get();
    }
    try {
      return new Found(BoundedFile.read(file, BoundedFile.TOKEN_BYTES).strip(), file.toString());
    } catch (NoSuchFileException e) {
      throw UserException.usage(
          Files.exists(file.resolveSibling("orrery.lock"))
              ? "No token: there is no "
                  + file
                  + ", although a scheduler has used its directory. Either the scheduler did not"
                  + " start, or the file was removed and the next start makes a new one, or the"
                  + " token is that of orrery.security.admin-token. Start the scheduler, or set"
                  + " ORRERY_TOKEN to its token."
              : "No token: set ORRERY_TOKEN, or run this where a local scheduler keeps " + file);
    } catch (AccessDeniedException e) {
      throw UserException.usage(
          "No token: "
              + file
              + " belongs to another user. Set ORRERY_TOKEN, or run this as that user.");
    } catch (IOException e) {
      throw UserException.usage("No token: " + file + " cannot be read: " + e.getMessage());
    }
  }

  /** Checks the text only, because the resolution of a name may change until it is dialled. */
  public static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  private static Found find(String option, String optionName, String variable) {
    if (option != null && !option.isBlank()) {
      return new Found(option.strip(), optionName);
    }
    return find(System.getenv(), variable);
  }

  private static Found find(Map<String, String> environment, String variable) {
    String value = environment.get(variable);
    return value == null || value.isBlank() ? null : new Found(value.strip(), variable);
  }
}
