package dev.orrery.protocol.text;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A token in a file that may be replaced while the program runs, such as a file of a Kubernetes
 * Secret. The file is read at most once a second; while it cannot be read, the last token stays.
 * Thread-safe.
 */
public final class TokenFile implements Supplier<String> {
  private static final Logger LOG = System.getLogger(TokenFile.class.getName());
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private final LongSupplier nanos;
  private String token;
  private long readAtNanos;
  private boolean unreadable;

  /**
   * @throws IllegalArgumentException as {@link #read}
   */
  public TokenFile(Path file) {
    this(file, System::nanoTime);
  }

  /**
   * @param nanos a monotonic clock
   */
  TokenFile(Path file, LongSupplier nanos) {
    this.file = file;
    this.nanos = nanos;
    token = read(file);
    readAtNanos = nanos.getAsLong();
  }

  /**
   * Returns the token in a file; blanks and line breaks around it do not count.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static String read(Path file) {
    String text;
    try {
      text = BoundedFile.read(file, BoundedFile.TOKEN_BYTES).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException("The token file " + file + " cannot be read: " + e, e);
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "The token file " + file + " is empty. Write the token to it.");
    }
    if (!TokenText.isToken(text)) {
      throw new IllegalArgumentException("The token in " + file + " " + TokenText.RULE + ".");
    }
    return text;
  }

  @Override
  public synchronized String get() {
    long now = nanos.getAsLong();
    if (now - readAtNanos >= PAUSE_NANOS) {
      readAtNanos = now;
      readAgain();
    }
    return token;
  }

  private void readAgain() {
    try {
      String found = read(file);
      if (!found.equals(token)) {
        LOG.log(Level.INFO, "The token file has changed; using the new token: file={0}", file);
      }
      token = found;
      unreadable = false;
    } catch (IllegalArgumentException e) {
      if (!unreadable) {
        LOG.log(
            Level.WARNING,
            "Failed to reread the token file; keeping the current token: file={0} reason={1}",
            file,
            e.getMessage());
      }
      unreadable = true;
    }
  }
}
