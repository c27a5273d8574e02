package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file of jobs: YAML or JSON with {@code app:} and {@code jobs:} at the top, each job with its
 * {@code name}.
 *
 * @param app their app
 * @param jobs documents by name, in the order of the file
 */
public record JobsFile(String app, Map<String, JsonNode> jobs) {
  /**
   * @throws UserException naming the file and the place at fault
   */
  public static JobsFile read(Path file) {
    JsonNode root = DocumentFile.read(file);
    if (!root.isObject()) {
      throw new UserException(file + ": expected 'app:' and 'jobs:' at the top");
    }
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!name.equals("app") && !name.equals("jobs")) {
        throw new UserException(file + ": unknown field '" + name + "'; known are app, jobs");
      }
    }
    return new JobsFile(app(file, root), jobs(file, root.get("jobs")));
  }

  private static String app(Path file, JsonNode root) {
    JsonNode app = root.get("app");
    if (app == null || !app.isTextual()) {
      throw new UserException(file + ": 'app' is missing, the name of the app that owns the jobs");
    }
    return app.textValue();
  }

  private static Map<String, JsonNode> jobs(Path file, JsonNode list) {
    if (list == null || !list.isArray()) {
      throw new UserException(file + ": 'jobs' must be a list of job documents");
    }
    Map<String, JsonNode> jobs = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode name = list.get(i).get("name");
      if (!(list.get(i) instanceof ObjectNode) || name == null || !name.isTextual()) {
        throw new UserException(file + ": jobs[" + i + "] has no 'name'");
      }
      if (jobs.put(name.textValue(), list.get(i)) != null) {
        throw new UserException(file + ": there are two jobs '" + name.textValue() + "'");
      }
    }
    return jobs;
  }
}
