package dev.orrery.agent.secret;

import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.startup.SecretFile;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.text.BoundedFile;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.attempt.AssignedAttempt;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the secrets that jobs of this agent may use from a directory with one file per secret. It
 * reads them for each attempt, so that a changed value is used by the next one.
 */
public final class SecretDirectory {
  public static final String SETTING = "orrery.worker.secrets.dir";

  private static final int MAX_BYTES = 64 * 1024;

  /** A program cannot start with much more in its environment. */
  private static final int MAX_CHARACTERS = 1024 * 1024;

  private final Optional<Path> path;

  private SecretDirectory(Optional<Path> path) {
    this.path = path;
  }

  /**
   * @throws StartupException unless the path is a directory that this user can read
   */
  public static SecretDirectory open(Optional<Path> path) {
    if (path.isPresent() && !(Files.isDirectory(path.get()) && Files.isReadable(path.get()))) {
      throw new StartupException(
          SETTING
              + " names '"
              + path.get()
              + "', which is not a directory that this user can read. Create it, or leave it out.");
    }
    return new SecretDirectory(path);
  }

  public Optional<Path> path() {
    return path;
  }

  /** An attempt that uses its secrets. */
  @FunctionalInterface
  public interface Attempt {
    String with(SecretContext context) throws Exception;
  }

  /**
   * Runs an attempt with the secrets that its processor names, and masks them in what it returns
   * and throws.
   *
   * @throws NonRetryableException if it cannot have one of them
   */
  public String run(AssignedAttempt context, Attempt attempt) throws Exception {
    List<String> names = context.assignment().processor().secretNames();
    if (names.size() > JobLimits.MAX_SECRETS) {
      throw new NonRetryableException(
          "the job uses more than " + JobLimits.MAX_SECRETS + " secrets");
    }
    Map<String, String> values = new LinkedHashMap<>();
    int characters = 0;
    for (String name : names) {
      values.put(name, value(name));
      characters += values.get(name).length();
    }
    if (characters > MAX_CHARACTERS) {
      throw new NonRetryableException("the secrets of the job have more than 1 MiB");
    }
    return new SecretContext(context, values).run(attempt);
  }

  private String value(String name) throws AttemptFailedException {
    String value = read(name).replaceFirst("\\r?\\n\\z", "");
    if (value.length() < SecretMask.MIN_LENGTH) {
      throw refused(
          name, "has fewer than " + SecretMask.MIN_LENGTH + " characters, too few to mask them");
    }
    if (value.charAt(0) == '\ufeff') {
      throw refused(name, "begins with a byte order mark: save it as UTF-8 without one");
    }
    if (value.indexOf('\0') >= 0) {
      throw refused(name, "has a NUL character");
    }
    return value;
  }

  private String read(String name) throws AttemptFailedException {
    if (path.isEmpty() || !ResourceText.isName(name)) {
      throw missing(name);
    }
    Path file = path.get().resolve(name);
    try {
      try {
        return read(name, file);
      } catch (NoSuchFileException e) {
        // Kubernetes replaces all files at once, and may have done so in between.
        return read(name, file);
      }
    } catch (NoSuchFileException e) {
      throw missing(name);
    } catch (IOException e) {
      throw new AttemptFailedException(
          "the secret %s cannot be read: %s (%s)"
              .formatted(name, e.getClass().getSimpleName(), SETTING));
    }
  }

  private String read(String name, Path file) throws IOException {
    Path real = file.toRealPath();
    if (!real.startsWith(path.orElseThrow().toRealPath())) {
      throw refused(name, "is a link out of the directory");
    }
    if (!Files.isRegularFile(real)) {
      throw refused(name, "is not a file");
    }
    if (SecretFile.isReadableForAll(real)) {
      throw refused(
          name,
          "may be read by every user of the machine: chmod o= FILE, or defaultMode: 0440 of a volume"
              + " in Kubernetes");
    }
    if (Files.size(real) > MAX_BYTES) {
      throw refused(name, "is larger than " + MAX_BYTES / 1024 + " KiB");
    }
    try {
      return BoundedFile.read(real, MAX_BYTES);
    } catch (CharacterCodingException e) {
      throw refused(name, "is not UTF-8");
    }
  }

  private static NonRetryableException missing(String name) {
    return new NonRetryableException("the agent has no secret " + name + " (" + SETTING + ")");
  }

  private static NonRetryableException refused(String name, String reason) {
    return new NonRetryableException("the secret " + name + " " + reason + " (" + SETTING + ")");
  }
}
