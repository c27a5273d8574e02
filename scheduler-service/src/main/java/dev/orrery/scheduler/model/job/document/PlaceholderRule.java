package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.scheduler.http.json.JsonFields;
import java.util.List;

/**
 * Refuses placeholders that no agent can resolve. A parameter that the job lacks is not an error,
 * because each instance may have it.
 */
final class PlaceholderRule {
  private static final String PROCESSOR = "processor.";

  private PlaceholderRule() {}

  /**
   * @param processor null if it could not be read
   */
  static void check(ProcessorSpec processor, JsonFields fields) {
    if (processor instanceof ProcessorSpec.Shell shell && shell.command() != null) {
      List<String> command = shell.command();
      for (int i = 0; i < command.size(); i++) {
        check("command[" + i + "]", command.get(i), fields);
      }
    } else if (processor instanceof ProcessorSpec.Http http) {
      check("url", http.url(), fields);
      http.headers().forEach((name, value) -> check("headers." + name, value, fields));
      if (http.body() != null) {
        check("body", http.body(), fields);
      }
    }
  }

  private static void check(String field, String text, JsonFields fields) {
    Placeholder.firstUnknown(text)
        .ifPresent(name -> fields.refuse(PROCESSOR + field, "has an " + Placeholder.unknown(name)));
  }
}
