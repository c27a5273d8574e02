package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.PrivateFile;
import dev.orrery.cli.UserException;
import dev.orrery.cli.job.JobYaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes the files of an import: job files, each small enough to be applied by one call, and a file
 * with the numbers of the jobs. Only their user may read them, since parameters of PowerJob's jobs
 * often contain passwords.
 */
final class ImportFiles {
  static final String OWNER = "powerjob-import";

  /** Half of what a call takes, because YAML is longer than JSON. */
  private static final int MAX_JOBS = 500;

  private static final int MAX_BYTES = 2 * 1024 * 1024;

  private static final String HEADER =
      "# Written by ./orrery powerjob import; the next one writes it again.\n";

  private final Path directory;
  private final String app;
  private final Consumer<String> progress;
  private final List<Path> files = new ArrayList<>();
  private final List<JsonNode> pending = new ArrayList<>();
  private int pendingBytes;
  private int written;

  ImportFiles(Path directory, String app, Consumer<String> progress) {
    this.directory = directory;
    this.app = app;
    this.progress = progress;
  }

  void add(ObjectNode document) {
    int bytes = document.toString().getBytes(StandardCharsets.UTF_8).length;
    if (pending.size() == MAX_JOBS || pendingBytes + bytes > MAX_BYTES) {
      flush();
    }
    pending.add(document);
    pendingBytes += bytes;
  }

  /** Writes the rest, and returns all files; at least one. */
  List<Path> finish() {
    if (files.isEmpty() || !pending.isEmpty()) {
      flush();
    }
    return List.copyOf(files);
  }

  private void flush() {
    String suffix = files.isEmpty() ? "" : "-" + (files.size() + 1);
    Path file = directory.resolve(app + suffix + ".yaml");
    write(file, pending);
    files.add(file);
    written += pending.size();
    progress.accept(written + " jobs read");
    pending.clear();
    pendingBytes = 0;
  }

  /** Writes a job file of the app, in place of one that is there. */
  void write(Path file, Collection<? extends JsonNode> documents) {
    ObjectNode content = JsonNodeFactory.instance.objectNode().put("app", app).put("owner", OWNER);
    content.putArray("jobs").addAll(documents);
    writeText(file, HEADER + JobYaml.of(content) + "\n");
  }

  Path writeNumbers(JsonNode numbers) {
    Path file = directory.resolve(app + ".numbers.json");
    writeText(file, numbers + "\n");
    return file;
  }

  private static void writeText(Path file, String text) {
    try {
      PrivateFile.write(file, text);
    } catch (IOException e) {
      throw UserException.usage(
          file + " cannot be written (" + e + "). Name another directory with --directory.");
    }
  }
}
