package dev.orrery.agent.processor;

import dev.orrery.protocol.text.Placeholder;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.annotation.NonRetryableException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Builds the environment variables of a job's program. */
final class ShellEnvironment {
  private static final String PARAMETER = "ORRERY_PARAM_";

  /** As the libraries of OpenTelemetry read it. */
  private static final String TRACE_PARENT = "TRACEPARENT";

  /** In any case, with an optional profile: {@code _PROD_ORRERY_WORKER_TOKEN}. */
  private static final Pattern SETTING = Pattern.compile("(_[A-Z0-9]+_)?(ORRERY|QUARKUS)_.*");

  private ShellEnvironment() {}

  /**
   * Removes the agent's own settings, such as its token, and its own trace, and adds the data of
   * the attempt. A parameter is available under its name and its name in upper case, with
   * underscores for characters that a shell does not allow.
   */
  static void apply(Map<String, String> environment, AttemptContext context) {
    environment.keySet().removeIf(ShellEnvironment::isSetting);
    environment.remove(TRACE_PARENT);
    environment.putAll(variables(context));
  }

  /**
   * @throws NonRetryableException for a secret that only a script could pass, which is a file
   */
  static void addSecrets(Map<String, String> environment, Map<String, String> secrets) {
    secrets.forEach(
        (name, value) -> {
          if (!ProgramText.isPassed(value)) {
            throw new NonRetryableException(
                "the secret "
                    + name
                    + " has letters that the locale of the agent lacks. Start it with"
                    + " LC_ALL=C.UTF-8.");
          }
          environment.put(Placeholder.secretVariable(name), value);
        });
  }

  static Map<String, String> variables(AttemptContext context) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("ORRERY_INSTANCE_ID", Long.toString(context.instance()));
    environment.put("ORRERY_ATTEMPT", Integer.toString(context.attempt()));
    environment.put("ORRERY_JOB", context.job());
    environment.put("ORRERY_FIRE_TIME", context.fireTime().orElse(""));
    context.traceParent().ifPresent(trace -> environment.put(TRACE_PARENT, trace));
    environment.putAll(parameters(context.parameters()));
    return environment;
  }

  /**
   * Resolves collisions in a fixed order: names as written, then names with replaced characters,
   * then names in upper case; among equals, names without replaced characters first, then by
   * character order.
   */
  private static Map<String, String> parameters(Map<String, String> parameters) {
    Map<String, String> variables = new TreeMap<>();
    List<UnaryOperator<String>> forms =
        List.of(
            UnaryOperator.identity(),
            ShellEnvironment::allowed,
            name -> allowed(name).toUpperCase(Locale.ROOT));
    Comparator<String> needsReplacement = Comparator.comparing(name -> !name.equals(allowed(name)));
    Map<String, String> sorted =
        new TreeMap<>(needsReplacement.thenComparing(Comparator.naturalOrder()));
    sorted.putAll(parameters);
    for (UnaryOperator<String> form : forms) {
      sorted.forEach((name, value) -> variables.putIfAbsent(PARAMETER + form.apply(name), value));
    }
    variables.keySet().removeIf(name -> !name.equals(allowed(name)));
    return variables;
  }

  private static String allowed(String name) {
    return name.replaceAll("[^A-Za-z0-9_]", "_");
  }

  /** Replaces the agent's user by the program's user, whose home is the work directory. */
  static void apply(Map<String, String> environment, ProgramUser user, Path directory) {
    environment.put("USER", user.name());
    environment.put("LOGNAME", user.name());
    environment.put("HOME", directory.toString());
  }

  /** Matches keys with dots as well as underscores, because the configuration reads both. */
  private static boolean isSetting(String name) {
    return SETTING.matcher(name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")).matches();
  }
}
