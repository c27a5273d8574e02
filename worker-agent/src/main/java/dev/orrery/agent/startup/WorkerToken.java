package dev.orrery.agent.startup;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.text.BoundedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The token of the agent, from the setting or from a file. */
final class WorkerToken {
  private static final String TOKEN = "orrery.worker.token";
  private static final String FILE = "orrery.worker.token-file";

  private WorkerToken() {}

  /**
   * Reads the token from the setting or the file.
   *
   * @throws StartupException if neither or both are set
   */
  static String read(Optional<String> value, Optional<Path> file) {
    if (file.isEmpty()) {
      return WorkerConfigCheck.required(TOKEN, value);
    }
    if (value.isPresent()) {
      throw new StartupException(TOKEN + " and " + FILE + " are both set. Leave one of them out.");
    }
    try {
      String text = BoundedFile.read(file.get(), BoundedFile.TOKEN_BYTES).strip();
      if (text.isEmpty()) {
        throw new StartupException(
            FILE + " is '" + file.get() + "', which is empty. Write the token to it.");
      }
      return text;
    } catch (IOException e) {
      throw new StartupException(
          FILE
              + " is '"
              + file.get()
              + "', which cannot be read ("
              + e
              + "). Name a text file that this user may read.",
          e);
    }
  }
}
