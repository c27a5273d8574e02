package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file of jobs: YAML or JSON with {@code app:} and {@code jobs:} at the top, each job with its
 * {@code name}.
 *
 * @param app their app
 * @param owner marks the jobs as managed by this file; null where the file states none
 * @param jobs documents by name, in the order of the file
 * @param source the file itself
 */
public record JobsFile(String app, String owner, Map<String, JsonNode> jobs, DocumentFile source) {
  private static final List<String> FIELDS = List.of("app", "owner", "jobs");

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws UserException naming the file and the line at fault
   */
  public static JobsFile read(Path path) {
    DocumentFile file = DocumentFile.read(path);
    JsonNode root = file.root();
    if (!root.isObject()) {
      throw file.mistake("", "expected 'app:' and 'jobs:' at the top");
    }
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw file.mistake(
            name, "unknown field '" + name + "'; known are " + String.join(", ", FIELDS));
      }
    }
    return new JobsFile(app(file), owner(file), jobs(file), file);
  }

  /**
   * Reads files, and all files of folders: those that end in .yaml, .yml or .json, by name.
   *
   * @throws UserException naming the first file that cannot be read, or the empty folder
   */
  static List<JobsFile> readAll(List<Path> paths) {
    List<JobsFile> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        documents(path).forEach(file -> files.add(read(file)));
      } else {
        files.add(read(path));
      }
    }
    return files;
  }

  private static List<Path> documents(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(file -> file.toString().matches(".*\\.(ya?ml|json)"))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw UserException.usage(folder + ": the folder has no file .yaml, .yml or .json");
      }
      return files;
    } catch (IOException e) {
      throw UserException.usage(folder + " cannot be read: " + e.getMessage());
    }
  }

  private static String app(DocumentFile file) {
    JsonNode app = file.root().get("app");
    if (app == null || !app.isTextual()) {
      throw file.mistake("app", "'app' is missing, the name of the app that owns the jobs");
    }
    return app.textValue();
  }

  private static String owner(DocumentFile file) {
    JsonNode owner = file.root().get("owner");
    if (owner != null && !owner.isTextual()) {
      throw file.mistake("owner", "'owner' must be a name");
    }
    return owner == null ? null : owner.textValue();
  }

  private static Map<String, JsonNode> jobs(DocumentFile file) {
    JsonNode list = file.root().get("jobs");
    if (list == null || !list.isArray()) {
      throw file.mistake("jobs", "'jobs' must be a list of job documents");
    }
    Map<String, JsonNode> jobs = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      String place = place(i);
      JsonNode name = list.get(i).get("name");
      if (!(list.get(i) instanceof ObjectNode) || name == null || !name.isTextual()) {
        throw file.mistake(place, place + " has no 'name'");
      }
      if (jobs.put(name.textValue(), list.get(i)) != null) {
        throw file.mistake(place + ".name", "there are two jobs '" + name.textValue() + "'");
      }
    }
    return jobs;
  }

  private static String place(int index) {
    return "jobs[" + index + "]";
  }

  /**
   * Returns the line of a job, or of a field of its document.
   *
   * @param field its path in the document; empty for the job
   */
  int line(String job, String field) {
    int index = List.copyOf(jobs.keySet()).indexOf(job);
    return source.line(place(index) + (field.isEmpty() ? "" : "." + field));
  }
}
