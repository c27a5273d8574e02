package dev.orrery.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Standard output in UTF-8, because JSON, YAML and logs are UTF-8 in any locale. Unlike {@code
 * System.out}, it reports a failed write, so that the writer notices a closed pipe.
 */
final class StandardOutput extends FilterOutputStream {
  private final PrintWriter writer;
  private IOException failure;

  StandardOutput(OutputStream stream) {
    super(stream);
    writer = new PrintWriter(new OutputStreamWriter(this, StandardCharsets.UTF_8), true);
  }

  PrintWriter writer() {
    return writer;
  }

  /**
   * Returns whether output was lost because its reader has gone. The message of the error is in the
   * language of the user, but writing to a pipe hardly fails for another reason.
   *
   * @param link of the file descriptor in {@code /proc}
   */
  boolean hasLostReader(Path link) {
    try {
      return lost().isPresent()
          && Files.readSymbolicLink(link).toString().matches("(pipe|socket):.*");
    } catch (IOException e) {
      // No Linux.
      return "Broken pipe".equals(failure.getMessage());
    }
  }

  /** Flushes, and returns why output was lost; empty if none was lost. */
  Optional<String> lost() {
    writer.flush();
    return Optional.ofNullable(failure).map(Throwable::getMessage);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
