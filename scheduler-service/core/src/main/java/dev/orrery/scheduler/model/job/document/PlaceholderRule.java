package dev.orrery.scheduler.model.job.document;

import dev.orrery.outbound.HeaderSecrecy;
import dev.orrery.protocol.JobLimits;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.scheduler.base.json.JsonFields;
import java.util.List;
import java.util.Optional;

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
        check("command[" + i + "]", Placeholder.firstUnknown(command.get(i)), fields);
      }
    } else if (processor instanceof ProcessorSpec.Shell shell && shell.script() != null) {
      // A script has no placeholders, and sh would take this one for a variable.
      check(
          "script",
          Placeholder.secrets(shell.script()).findFirst().map(Placeholder.SECRET::concat),
          fields);
    } else if (processor instanceof ProcessorSpec.Http http) {
      check(http, fields);
    }
  }

  private static void check(ProcessorSpec.Http http, JsonFields fields) {
    check("url", Placeholder.firstUnknownOfRequest(http.url()), fields);
    http.headers()
        .forEach(
            (name, value) -> {
              check("headers." + name, Placeholder.firstUnknownOfRequest(value), fields);
              if (!HeaderSecrecy.mayBeSecret(name)
                  && Placeholder.secrets(value).findAny().isPresent()) {
                fields.refuse(
                    PROCESSOR + "headers." + name,
                    "must have no secret, because a redirect to another host keeps this header");
              }
            });
    if (http.body() != null) {
      check("body", Placeholder.firstUnknownOfRequest(http.body()), fields);
    }
    if (http.secretNames().size() > JobLimits.MAX_SECRETS) {
      fields.refuse("processor", "must use at most " + JobLimits.MAX_SECRETS + " secrets");
    }
  }

  private static void check(String field, Optional<String> unknown, JsonFields fields) {
    unknown.ifPresent(
        name -> fields.refuse(PROCESSOR + field, "has an " + Placeholder.unknown(name)));
  }
}
