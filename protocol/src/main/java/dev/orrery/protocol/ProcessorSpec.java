package dev.orrery.protocol;

import dev.orrery.protocol.text.Placeholder;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The processor of a job and its settings, as in job documents and assignments. */
@ProcessorJson
public sealed interface ProcessorSpec {

  String NOOP = "noop";
  String SHELL = "shell";

  /**
   * Programs with secrets. An older agent offers only {@link #SHELL}, and would run the program
   * without its secrets.
   */
  String SHELL_WITH_SECRETS = "shell:secrets";

  String HTTP = "http";
  String JAVA = "java";
  String POWERJOB = "powerjob";

  /** What PowerJob workers offer for runs that they spread over the workers of the app. */
  String POWERJOB_HEAVY = "powerjob:heavy";

  String FLOW = "flow";

  /** The name that a worker must offer to run this processor; part of the lane. */
  String offerName();

  /**
   * Returns the tags that a worker must have to run this processor, besides those that the job
   * requires; part of the lane.
   */
  default List<String> tags() {
    return List.of();
  }

  /** Returns the names of the agent's secrets that it uses, without repetitions. */
  default List<String> secretNames() {
    return List.of();
  }

  /** Returns all texts that users wrote, for size estimates. */
  Stream<String> texts();

  /**
   * Does nothing, and succeeds.
   *
   * @param sleep the duration of the sleep, ISO 8601; absent means no sleep
   */
  record Noop(String sleep) implements ProcessorSpec {
    @Override
    public String offerName() {
      return NOOP;
    }

    @Override
    public Stream<String> texts() {
      return Stream.ofNullable(sleep);
    }
  }

  /**
   * Runs a program. Either the command or the script is set.
   *
   * @param command program and arguments, run without a shell; may hold placeholders
   * @param script text for {@code /bin/sh}; without placeholders, because they would be code
   * @param nonRetryableExitCodes the exit codes after which a retry is useless; absent means none
   * @param secrets the names of secrets that the program gets as variables; absent means none
   */
  record Shell(
      List<String> command,
      String script,
      List<Integer> nonRetryableExitCodes,
      List<String> secrets)
      implements ProcessorSpec {
    public Shell {
      secrets = secrets == null ? null : List.copyOf(secrets);
      command = command == null ? null : List.copyOf(command);
      nonRetryableExitCodes =
          nonRetryableExitCodes == null ? null : List.copyOf(nonRetryableExitCodes);
    }

    public Shell(List<String> command, String script) {
      this(command, script, null, null);
    }

    @Override
    public List<String> secretNames() {
      return secrets == null ? List.of() : secrets;
    }

    /** Returns true if a program that ended with this code would fail again. */
    public boolean isNonRetryable(int exitCode) {
      return nonRetryableExitCodes != null && nonRetryableExitCodes.contains(exitCode);
    }

    @Override
    public String offerName() {
      return secretNames().isEmpty() ? SHELL : SHELL_WITH_SECRETS;
    }

    @Override
    public Stream<String> texts() {
      return Stream.concat(
          command == null ? Stream.ofNullable(script) : command.stream(), secretNames().stream());
    }
  }

  /**
   * Sends a request, and succeeds if the response has an expected status.
   *
   * @param method in upper case
   *     <p>Placeholders of URL, headers and body may also be secrets.
   * @param url may hold placeholders, whose values are percent-encoded
   * @param headers values may hold placeholders
   * @param body may hold placeholders; sent as UTF-8; absent means no body
   * @param expectStatus as in {@link ExpectedStatus}; empty means {@code 2xx}
   * @param nonRetryableStatus the statuses after which a retry is useless, in the same form; absent
   *     means none
   */
  record Http(
      String method,
      String url,
      Map<String, String> headers,
      String body,
      List<String> expectStatus,
      List<String> nonRetryableStatus)
      implements ProcessorSpec {
    public Http {
      headers = headers == null ? Map.of() : Map.copyOf(headers);
      expectStatus = expectStatus == null ? List.of() : List.copyOf(expectStatus);
      nonRetryableStatus = nonRetryableStatus == null ? null : List.copyOf(nonRetryableStatus);
    }

    public Http(
        String method,
        String url,
        Map<String, String> headers,
        String body,
        List<String> expectStatus) {
      this(method, url, headers, body, expectStatus, null);
    }

    public Http withHeaders(Map<String, String> others) {
      return new Http(method, url, others, body, expectStatus, nonRetryableStatus);
    }

    @Override
    public List<String> secretNames() {
      return Stream.of(Stream.of(url), headers.values().stream(), Stream.ofNullable(body))
          .flatMap(texts -> texts)
          .flatMap(Placeholder::secrets)
          .distinct()
          .toList();
    }

    /** Returns true if a request that got this status would fail again. */
    public boolean isNonRetryable(int status) {
      return nonRetryableStatus != null && ExpectedStatus.matches(nonRetryableStatus, status);
    }

    @Override
    public String offerName() {
      return HTTP;
    }

    @Override
    public Stream<String> texts() {
      return Stream.of(
              Stream.of(method, url),
              headers.keySet().stream(),
              headers.values().stream(),
              Stream.ofNullable(body),
              expectStatus.stream(),
              Stream.ofNullable(nonRetryableStatus).flatMap(List::stream))
          .flatMap(texts -> texts);
    }
  }

  /**
   * Runs the named processor of a plugin or an SDK worker. Each name has its own lane.
   *
   * @param name see {@link #isName}
   */
  record Java(String name) implements ProcessorSpec {
    /** A valid name, as a regular expression. */
    public static final String NAME_PATTERN = "[A-Za-z0-9._$-]{1,150}";

    private static final Pattern NAME = Pattern.compile(NAME_PATTERN);

    /** Returns true if the name is valid. Class names are valid. */
    public static boolean isName(String name) {
      return NAME.matcher(name).matches();
    }

    /** The name under which a worker offers this processor. */
    public static String offer(String name) {
      return JAVA + ":" + name;
    }

    @Override
    public String offerName() {
      return offer(name);
    }

    @Override
    public Stream<String> texts() {
      return Stream.of(name);
    }
  }

  /**
   * Runs a processor of a PowerJob worker, which only such a worker offers. The parameters {@code
   * jobParams} and {@code instanceParams} are what the processor gets.
   *
   * @param executeType {@code STANDALONE}: the other types are not supported yet
   * @param processorType {@code BUILT_IN}, or {@code SHELL} and others of PowerJob
   * @param processorInfo the class of the processor, or what its type says
   * @param jobName the name of the job in PowerJob, any text; null means that of the job
   * @param options further fields of the job in PowerJob, by name; JSON for those that are objects;
   *     null for none
   */
  record PowerJob(
      String executeType,
      String processorType,
      String processorInfo,
      String jobName,
      Map<String, String> options)
      implements ProcessorSpec {
    /** The kind of execution by one worker alone, which is the default. */
    public static final String STANDALONE = "STANDALONE";

    /** The parameter of a job that PowerJob's processors get as the parameters of the job. */
    public static final String JOB_PARAMS = "jobParams";

    /** The parameter of a run that PowerJob's processors get as the parameters of the instance. */
    public static final String INSTANCE_PARAMS = "instanceParams";

    /** The option for how many threads a worker uses for a run of several tasks. */
    public static final String CONCURRENCY = "concurrency";

    public static final String TASK_RETRY_NUM = "taskRetryNum";
    public static final String MAX_WORKER_COUNT = "maxWorkerCount";

    /** The option for where a worker writes the log of a run: a JSON object. */
    public static final String LOG_CONFIG = "logConfig";

    /** The option for the workers that may run it: their tags or addresses, with commas. */
    public static final String DESIGNATED_WORKERS = "designatedWorkers";

    /** How a worker is chosen; {@value #SPECIFY} chooses one as the strategy's option says. */
    public static final String DISPATCH_STRATEGY = "dispatchStrategy";

    public static final String SPECIFY = "SPECIFY";

    /** The option for the worker that gets a run of the strategy {@value #SPECIFY}. */
    public static final String DISPATCH_STRATEGY_CONFIG = "dispatchStrategyConfig";

    /** Begins the tag of the workers that match {@link #DESIGNATED_WORKERS}. */
    public static final String DESIGNATED_TAG = "powerjob:workers=";

    /** Begins the tag of the workers that match {@link #DISPATCH_STRATEGY_CONFIG}. */
    public static final String SPECIFIED_TAG = "powerjob:specify=";

    public PowerJob {
      options = options == null || options.isEmpty() ? null : Map.copyOf(options);
    }

    /** Returns an option; null if it is absent. */
    public String option(String name) {
      return options == null ? null : options.get(name);
    }

    /** Returns an option that is a whole number. */
    public int number(String option, int standard) {
      String text = option(option);
      return text == null ? standard : Integer.parseInt(text);
    }

    @Override
    public String offerName() {
      return executeType.equals(STANDALONE) ? POWERJOB : POWERJOB_HEAVY;
    }

    @Override
    public List<String> tags() {
      Stream<String> specified =
          SPECIFY.equals(option(DISPATCH_STRATEGY))
              ? tag(SPECIFIED_TAG, DISPATCH_STRATEGY_CONFIG)
              : Stream.empty();
      return Stream.concat(tag(DESIGNATED_TAG, DESIGNATED_WORKERS), specified).toList();
    }

    private Stream<String> tag(String prefix, String option) {
      String text = option(option);
      return text == null || text.isBlank() ? Stream.empty() : Stream.of(prefix + text);
    }

    @Override
    public Stream<String> texts() {
      return Stream.of(
              Stream.of(executeType, processorType, processorInfo),
              Stream.ofNullable(jobName),
              Stream.ofNullable(options).flatMap(all -> all.keySet().stream()),
              Stream.ofNullable(options).flatMap(all -> all.values().stream()))
          .flatMap(texts -> texts);
    }
  }

  /**
   * Runs other jobs of the app in the order of their dependencies. The scheduler does that; no
   * assignment has this processor.
   *
   * @param result the name of the node whose result is that of the flow; absent means none
   * @param nodes in the order of the document
   */
  record Flow(String result, List<FlowNode> nodes) implements ProcessorSpec {
    public Flow {
      nodes = List.copyOf(nodes);
    }

    @Override
    public String offerName() {
      return FLOW;
    }

    @Override
    public Stream<String> texts() {
      return Stream.concat(Stream.ofNullable(result), nodes.stream().flatMap(FlowNode::texts));
    }
  }
}
