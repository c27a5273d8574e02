package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.text.NearestName;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads a processor of the type {@code powerjob}. */
final class PowerJobProcessorReader {
  static final List<String> EXECUTE_TYPES =
      List.of(ProcessorSpec.PowerJob.STANDALONE, "BROADCAST", "MAP", "MAP_REDUCE");

  static final String BUILT_IN = "BUILT_IN";
  static final String TYPE_PATTERN = "[A-Z_]{1,40}";

  /** The maximum length of a job's name in PowerJob's own database. */
  static final int MAX_NAME = 255;

  private static final Pattern TYPE = Pattern.compile(TYPE_PATTERN);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Pattern USERS = Pattern.compile("[0-9]{1,18}(,[0-9]{1,18})*+");
  private static final List<String> STRATEGIES =
      List.of("HEALTH_FIRST", "RANDOM", ProcessorSpec.PowerJob.SPECIFY);

  /** Sessions of workers have it as a tag. */
  static final int MAX_SELECTOR = 1_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Rule TEXT = new Rule("a text", text -> true);
  private static final Rule WHOLE =
      new Rule("a whole number from 0 to 999999999", text -> NUMBER.matcher(text).matches());
  private static final Rule OBJECT =
      new Rule("a JSON object, written as a string", PowerJobProcessorReader::isObject);

  private static final Rule SELECTOR =
      new Rule(
          "one line of at most "
              + MAX_SELECTOR
              + " characters: tags or addresses of workers, separated by commas",
          text -> text.length() <= MAX_SELECTOR && text.chars().noneMatch(Character::isISOControl));

  /** What the worker gets, and what only the answers to PowerJob clients show. */
  private static final Map<String, Rule> OPTIONS =
      Map.ofEntries(
          Map.entry(ProcessorSpec.PowerJob.CONCURRENCY, WHOLE),
          Map.entry(ProcessorSpec.PowerJob.TASK_RETRY_NUM, WHOLE),
          Map.entry(ProcessorSpec.PowerJob.MAX_WORKER_COUNT, WHOLE),
          Map.entry(ProcessorSpec.PowerJob.LOG_CONFIG, OBJECT),
          Map.entry("advancedRuntimeConfig", OBJECT),
          Map.entry("alarmConfig", OBJECT),
          Map.entry(
              ProcessorSpec.PowerJob.DISPATCH_STRATEGY,
              new Rule("one of " + String.join(", ", STRATEGIES), STRATEGIES::contains)),
          Map.entry(ProcessorSpec.PowerJob.DISPATCH_STRATEGY_CONFIG, SELECTOR),
          Map.entry(ProcessorSpec.PowerJob.DESIGNATED_WORKERS, SELECTOR),
          Map.entry("extra", TEXT),
          Map.entry("jobDescription", TEXT),
          Map.entry(
              "notifyUserIds",
              new Rule("numbers of users such as 1,2", text -> USERS.matcher(text).matches())),
          Map.entry("tag", TEXT),
          Map.entry(
              "timeExpressionType",
              new Rule("WORKFLOW; the trigger says the others", text -> text.equals("WORKFLOW"))));

  private PowerJobProcessorReader() {}

  private record Rule(String description, Predicate<String> accepts) {}

  /** Returns the names of all options, sorted. */
  static String[] optionNames() {
    return OPTIONS.keySet().stream().sorted().toArray(String[]::new);
  }

  static ProcessorSpec read(JsonFields fields) {
    String executeType = fields.text("executeType").orElse(ProcessorSpec.PowerJob.STANDALONE);
    if (!EXECUTE_TYPES.contains(executeType)) {
      throw fields.invalid("executeType", "must be one of " + String.join(", ", EXECUTE_TYPES));
    }
    String processorType = fields.text("processorType").orElse(BUILT_IN);
    if (!TYPE.matcher(processorType).matches()) {
      throw fields.invalid("processorType", "must be BUILT_IN, or another type of PowerJob");
    }
    String info = fields.requiredText("processorInfo");
    if (info.isBlank() || info.length() > ProcessorReader.MAX_TEXT) {
      throw fields.invalid(
          "processorInfo", "must be 1 to " + ProcessorReader.MAX_TEXT + " characters long");
    }
    Optional<String> jobName = fields.text("jobName", MAX_NAME);
    if (jobName.filter(String::isBlank).isPresent()) {
      throw fields.invalid("jobName", "must not be empty");
    }
    Map<String, String> options = fields.textMap("options").orElse(Map.of());
    requireOptions(fields, options);
    return new ProcessorSpec.PowerJob(
        executeType, processorType, info, jobName.orElse(null), options);
  }

  private static void requireOptions(JsonFields fields, Map<String, String> options) {
    long length = 0;
    for (Map.Entry<String, String> option : options.entrySet()) {
      Rule rule = OPTIONS.get(option.getKey());
      if (rule == null && !fields.isStored()) {
        throw unknown(fields, option.getKey());
      }
      if (rule != null && !rule.accepts().test(option.getValue())) {
        throw fields.invalid("options." + option.getKey(), "must be " + rule.description());
      }
      length += option.getValue().length();
    }
    if (length > ProcessorReader.MAX_TEXT) {
      throw ProcessorReader.tooLong(fields, "options");
    }
  }

  private static ProblemException unknown(JsonFields fields, String name) {
    return fields.invalid(
        "options",
        "has an unknown name '"
            + name
            + "'."
            + NearestName.question(name, OPTIONS.keySet())
            + " Known here: "
            + String.join(", ", optionNames()));
  }

  private static boolean isObject(String text) {
    try {
      return JSON.readTree(text).isObject();
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
