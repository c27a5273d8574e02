package dev.orrery.powerjob.akka;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Messages of real workers, by their names. */
final class RecordedMessages {
  private RecordedMessages() {}

  static Map<String, byte[]> read() {
    try (InputStream file = RecordedMessages.class.getResourceAsStream("/recorded-messages.txt")) {
      Map<String, byte[]> messages = new LinkedHashMap<>();
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] parts = line.split(" ", -1);
          byte[] bytes = Base64.getDecoder().decode(parts[2]);
          messages.put(parts[0], Arrays.copyOf(bytes, Integer.parseInt(parts[1])));
        }
      }
      return messages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
