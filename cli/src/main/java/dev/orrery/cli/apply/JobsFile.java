package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.WordSuggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A job file: YAML or JSON with {@code app:} and {@code jobs:} at the top, each job with its {@code
 * name}.
 *
 * @param app their app
 * @param owner marks the jobs as managed by this file; null if the file states no owner
 * @param jobs documents by name, in the order of the file
 * @param source the file itself
 */
public record JobsFile(String app, String owner, Map<String, JsonNode> jobs, DocumentFile source) {
  /** Paths of values that are text, although they may look like numbers. */
  private static final Pattern TEXT =
      Pattern.compile("\\.(parameters|labels)\\.|\\.if\\.result(\\[\\d+])?$");

  private static final List<String> FIELDS = List.of("app", "owner", "jobs");
  private static final int MAX_UNKNOWN = 5;

  /**
   * Reads a file, or standard input for {@code -}.
   *
   * @throws UserException naming the file, and the line of each error
   */
  public static JobsFile read(Path path) {
    FileErrors errors = new FileErrors();
    Optional<JobsFile> file = read(path, errors);
    errors.throwIfAny();
    return file.orElseThrow();
  }

  /**
   * Reads files and folders. Of a folder it reads all visible .yaml, .yml and .json files, in the
   * order of their names.
   *
   * @return the files whose app and jobs can be read; those with errors lack the parts at fault
   */
  static List<JobsFile> readAll(List<Path> paths, FileErrors errors) {
    List<JobsFile> files = new ArrayList<>();
    for (Path path : paths) {
      List<Path> documents = Files.isDirectory(path) ? documents(path) : List.of(path);
      documents.forEach(document -> read(document, errors).ifPresent(files::add));
    }
    return files;
  }

  private static Optional<JobsFile> read(Path path, FileErrors errors) {
    try {
      return read(DocumentFile.read(path), errors);
    } catch (UserException e) {
      errors.add(e);
      return Optional.empty();
    }
  }

  private static Optional<JobsFile> read(DocumentFile file, FileErrors errors) {
    JsonNode root = file.root();
    if (!root.isObject()) {
      throw file.error("", "expected 'app:' and 'jobs:' at the top");
    }
    refuseUnknown(file, errors);
    Optional<String> app = Optional.ofNullable(root.path("app").textValue());
    if (!root.has("app")) {
      errors.add(file.error("app", "'app' is missing, the name of the app that owns the jobs"));
    } else if (app.isEmpty()) {
      errors.add(file.noText("app", "app"));
    }
    JsonNode owner = root.get("owner");
    if (owner != null && !owner.isTextual()) {
      errors.add(file.noText("owner", "owner"));
    }
    JsonNode list = root.get("jobs");
    if (list == null || !list.isArray()) {
      throw file.error("jobs", "'jobs' must be a list of job documents");
    }
    Map<String, JsonNode> jobs = jobs(file, list, errors);
    return app.map(
        name -> new JobsFile(name, owner == null ? null : owner.textValue(), jobs, file));
  }

  /** Names only a few fields, each cut: a file that is not of jobs may have secrets. */
  private static void refuseUnknown(DocumentFile file, FileErrors errors) {
    List<String> unknown = new ArrayList<>();
    file.root().fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    for (String name : unknown.subList(0, Math.min(MAX_UNKNOWN, unknown.size()))) {
      errors.add(
          file.error(
              name,
              "unknown field '"
                  + DocumentFile.shown(name)
                  + "'; known are "
                  + String.join(", ", FIELDS)
                  + "."
                  + WordSuggestion.of(name, FIELDS)));
    }
    if (unknown.size() > MAX_UNKNOWN) {
      errors.add(
          UserException.usage(
              file.name() + ": and " + (unknown.size() - MAX_UNKNOWN) + " more unknown fields"));
    }
  }

  private static List<Path> documents(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(file -> file.getFileName().toString().matches("[^.].*\\.(ya?ml|json)"))
              .filter(JobsFile::isDocument)
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

  /**
   * Also true for unreadable paths, such as a broken link, because reading them reports the reason.
   */
  private static boolean isDocument(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).isRegularFile();
    } catch (IOException e) {
      return true;
    }
  }

  private static Map<String, JsonNode> jobs(DocumentFile file, JsonNode list, FileErrors errors) {
    Map<String, JsonNode> jobs = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      String place = place(i);
      JsonNode name = list.get(i).get("name");
      if (!(list.get(i) instanceof ObjectNode) || name == null) {
        errors.add(file.error(place, place + " has no 'name'"));
      } else if (!name.isTextual()) {
        errors.add(file.noText(place + ".name", place + ".name"));
      } else if (jobs.putIfAbsent(name.textValue(), list.get(i)) != null) {
        errors.add(file.error(place + ".name", "duplicate job '" + name.textValue() + "'"));
      }
      list.get(i)
          .properties()
          .forEach(
              field -> {
                if (!field.getKey().equals("name")) {
                  requireNumbers(file, place + "." + field.getKey(), field.getValue(), errors);
                }
              });
    }
    return jobs;
  }

  /**
   * Refuses numbers that would change: texts keep theirs, and {@code 010} is 8 to some readers of
   * YAML and 10 to others.
   */
  private static void requireNumbers(
      DocumentFile file, String path, JsonNode value, FileErrors errors) {
    if (value.isContainerNode()) {
      value
          .properties()
          .forEach(
              field -> requireNumbers(file, path + "." + field.getKey(), field.getValue(), errors));
      for (int i = 0; value.isArray() && i < value.size(); i++) {
        requireNumbers(file, path + "[" + i + "]", value.get(i), errors);
      }
    } else if (file.isRewrittenNumber(path, value)) {
      if (TEXT.matcher(path).find()) {
        errors.add(file.noText(path, path));
      } else if (value.isIntegralNumber()) {
        errors.add(
            file.error(
                path,
                "'"
                    + path
                    + "' is a number that not all readers of YAML take for "
                    + value.asText()
                    + "; write it with its digits alone, without a leading 0"));
      }
    }
  }

  private static String place(int index) {
    return "jobs[" + index + "]";
  }

  /**
   * Returns the path of a job, or of a field of its document, in the file.
   *
   * @param field its path in the document; empty for the job
   * @throws IllegalArgumentException if the file has no such job
   */
  String path(String job, String field) {
    JsonNode list = source.root().path("jobs");
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path("name").asText().equals(job)) {
        return place(i) + (field.isEmpty() ? "" : "." + field);
      }
    }
    throw new IllegalArgumentException("The file has no job '" + job + "'.");
  }
}
