package dev.orrery.client;

import dev.orrery.client.OrreryException.Failure;
import dev.orrery.protocol.text.NearestName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Calls the REST API for one app. The methods have the names of the operations in
 * docs/openapi.yaml. One client serves any number of threads.
 *
 * <p>Each call throws an {@link OrreryException} if the scheduler refuses it, or is away or
 * overloaded for longer than {@link ClientSettings#retryTimeout}. Then nothing was changed, unless
 * the connection broke or the detail says that the outcome is unknown.
 */
public final class OrreryClient implements AutoCloseable {
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final int MAX_NAMES = 100;
  private static final int MAX_PAGE = 500;

  private final String app;
  private final Calls calls;
  private final SubmissionTracing tracing;

  OrreryClient(String app, Calls calls, SubmissionTracing tracing) {
    this.app = app;
    this.calls = calls;
    this.tracing = tracing;
  }

  /**
   * Creates and updates the jobs of a file, all or none. Repeated after an outage, it reports what
   * was left to change; it is not repeated if a job of the file has an {@code etag}.
   *
   * @throws IllegalArgumentException if the file is of another app
   */
  public ApplyPlan applyJobs(JobsFile file) {
    Request request = apply(file, Query.EMPTY);
    return plan(file.hasEtags() ? request : request.repeatable());
  }

  /** Returns what {@link #applyJobs} would change, and changes nothing. */
  public ApplyPlan planJobs(JobsFile file) {
    return plan(apply(file, Query.EMPTY.set("dryRun", true)).repeatable());
  }

  private Request apply(JobsFile file, Query query) {
    if (!file.app().orElse(app).equals(app)) {
      throw new IllegalArgumentException(
          "The job file is of app '" + file.app().get() + "', and the client of '" + app + "'.");
    }
    return Request.post(appPath() + "/jobs:apply" + query, file.body());
  }

  private ApplyPlan plan(Request request) {
    return ApplyPlan.of(calls.call(request).fields());
  }

  /** Creates a job, or a new version of it; an identical document changes nothing. */
  public Job putJob(String name, JobDocument document) {
    return job(Request.put(jobPath(name), document.fields()));
  }

  /**
   * Like {@link #putJob(String, JobDocument)}, if nobody else has changed the job. It is not
   * repeated after a broken connection, because the job may have another ETag then.
   *
   * @param etag of the version that was read; otherwise {@code PRECONDITION_FAILED}
   */
  public Job putJob(String name, JobDocument document, String etag) {
    return job(Request.put(jobPath(name), document.fields()).header("If-Match", etag).once());
  }

  public Job getJob(String name) {
    return job(Request.get(jobPath(name)));
  }

  /** Returns one page of jobs. */
  public Page<Job> listJobs(JobFilter filter) {
    Request request = Request.get(appPath() + "/jobs" + filter.query());
    return Page.of(calls.call(request).fields(), json -> Job.of(json, Optional.empty()));
  }

  /** Returns all jobs that the filter selects; the stream reads the next page when it needs it. */
  public Stream<Job> jobs(JobFilter filter) {
    return PageIterator.stream(cursor -> listJobs(cursor.map(filter::after).orElse(filter)));
  }

  /**
   * Returns the names that no job has; disabled and paused jobs count. It needs one call for an app
   * with few jobs, and otherwise one more for each name that is not on the first page.
   *
   * @param names at most 100
   * @param timeout of all calls together, instead of {@link ClientSettings#retryTimeout}; each call
   *     has at least a second
   */
  public List<MissingJob> missingJobs(Collection<String> names, Duration timeout) {
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "There may be " + MAX_NAMES + " names of jobs; got " + names.size() + ".");
    }
    names.forEach(name -> Names.require("name of a job", name));
    Deadline deadline = Deadline.of(calls.timing(), timeout);
    Request list = Request.get(appPath() + "/jobs" + JobFilter.all().limit(MAX_PAGE).query());
    Page<String> page = Page.of(calls.call(list, deadline).fields(), job -> job.text("name"));
    return names.stream()
        .distinct()
        .filter(name -> !page.items().contains(name))
        .filter(name -> page.next().isEmpty() || !exists(name, deadline))
        .map(name -> new MissingJob(name, NearestName.of(name, page.items())))
        .toList();
  }

  private boolean exists(String job, Deadline deadline) {
    if (deadline.nanosLeft(calls.timing()) <= 0) {
      String late = "The scheduler did not answer all calls in time.";
      throw new OrreryException(Failure.of(OrreryException.UNREACHABLE, late), null);
    }
    try {
      calls.call(Request.get(jobPath(job)), deadline);
      return true;
    } catch (OrreryException e) {
      if (e.code().equals("JOB_NOT_FOUND")) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Deletes a job; its waiting instances are canceled, and running ones go on. Repeated after an
   * outage, it may find no job any more, and throws {@code JOB_NOT_FOUND}.
   */
  public void deleteJob(String name) {
    calls.call(Request.delete(jobPath(name)));
  }

  /** Stops the trigger of a job, and its waiting instances. A paused job stays paused. */
  public Job pauseJob(String name) {
    return job(Request.post(jobPath(name) + "/pause").repeatable());
  }

  /**
   * @param note for people, at most 500 characters
   */
  public Job pauseJob(String name, String note) {
    return job(Request.post(jobPath(name) + "/pause", Map.of("note", note)).repeatable());
  }

  public Job resumeJob(String name) {
    return job(Request.post(jobPath(name) + "/resume").repeatable());
  }

  /** Runs a job now; returns the id of the instance. */
  public String runJob(String job) {
    return runJob(Run.of(job));
  }

  /** Runs a job; returns the id of the instance. */
  public String runJob(Run run) {
    return runJob(run, UUID.randomUUID().toString());
  }

  /**
   * Runs a job; returns the id of the instance.
   *
   * @param idempotencyKey 1 to 200 characters: within a day, the same key with the same run returns
   *     the same id
   */
  public String runJob(Run run, String idempotencyKey) {
    if (run.count() != 1) {
      throw new IllegalArgumentException(
          "A run with a count needs runJobs, which returns all ids.");
    }
    return submit(
            List.of(run),
            span -> {
              Map<String, Object> body = span.traced(run).body();
              Request request = Request.post(jobPath(run.job()) + "/instances", body);
              return List.of(calls.call(once(request, idempotencyKey)).fields().text("id"));
            })
        .get(0);
  }

  private List<String> submit(List<Run> runs, Function<SubmissionSpan, List<String>> call) {
    try (SubmissionSpan span = span(runs)) {
      try {
        List<String> ids = call.apply(span);
        span.submitted(ids);
        return ids;
      } catch (RuntimeException e) {
        span.failed(e);
        throw e;
      }
    }
  }

  /** Begins the span of a submission; the caller must close it. */
  SubmissionSpan span(List<Run> runs) {
    return tracing.begin(app, runs);
  }

  /**
   * Runs a job of an outbox, which repeats the call itself.
   *
   * @param body of the call, as it was stored
   */
  void runStored(String job, String body, String idempotencyKey) {
    Request request = Request.postText(jobPath(job) + "/instances", body);
    Deadline noRepeats = Deadline.ofRepeats(calls.timing(), Duration.ZERO);
    calls.call(once(request, idempotencyKey), noRepeats);
  }

  /** Returns how long one call may take. */
  Duration callTimeout() {
    return calls.callTimeout();
  }

  /** Like {@link #runJobs(List, String)}, with a key of its own. */
  public List<String> runJobs(List<Run> runs) {
    return runJobs(runs, UUID.randomUUID().toString());
  }

  /**
   * Runs jobs, all or none; returns the ids in the order of the runs.
   *
   * @param runs at most 20,000 instances in all
   * @param idempotencyKey as of {@link #runJob(Run, String)}
   */
  public List<String> runJobs(List<Run> runs, String idempotencyKey) {
    return submit(
        runs,
        span -> {
          List<Map<String, Object>> bodies =
              runs.stream().map(span::traced).map(Run::bodyOfList).toList();
          Request request = Request.post(appPath() + "/instances", Map.of("instances", bodies));
          return calls.call(once(request, idempotencyKey)).fields().textList("ids");
        });
  }

  private static Request once(Request request, String idempotencyKey) {
    return request.header(IDEMPOTENCY_KEY, idempotencyKey).repeatable();
  }

  public Instance getInstance(String id) {
    return Instance.of(calls.call(Request.get(instancePath(id))).fields());
  }

  /** Returns one page of instances, newest first. */
  public Page<Instance> listInstances(InstanceFilter filter) {
    Request request = Request.get(appPath() + "/instances" + filter.query());
    return Page.of(calls.call(request).fields(), Instance::of);
  }

  /**
   * Returns all instances that the filter selects, newest first; the stream reads the next page
   * when it needs it.
   */
  public Stream<Instance> instances(InstanceFilter filter) {
    return PageIterator.stream(cursor -> listInstances(cursor.map(filter::after).orElse(filter)));
  }

  /** Returns one page of the parts of an instance, oldest first. */
  public Page<Part> listParts(String id, PartFilter filter) {
    Request request = Request.get(instancePath(id) + "/parts" + filter.query());
    return Page.of(calls.call(request).fields(), Part::of);
  }

  /**
   * Returns all parts of an instance that the filter selects, oldest first; the stream reads the
   * next page when it needs it. An instance of a job without {@code fanOut} has none.
   */
  public Stream<Part> parts(String id, PartFilter filter) {
    return PageIterator.stream(cursor -> listParts(id, cursor.map(filter::after).orElse(filter)));
  }

  /**
   * Returns the nodes of a flow, in the order of its document. An instance that is not a flow has
   * none.
   */
  public List<Node> listNodes(String id) {
    return calls.call(Request.get(instancePath(id) + "/nodes")).fields().list("items", Node::of);
  }

  /**
   * Waits until an instance has ended, whether or not it succeeded, and through outages of the
   * scheduler.
   *
   * @param timeout after which the instance is asked for once more, for a second
   * @throws AwaitTimeoutException if it takes longer; its message has the state
   */
  public Instance awaitEnd(String id, Duration timeout) {
    return new InstanceWait(calls, Names.requireId(id), timeout).end();
  }

  /**
   * Stops an instance, or takes it off the queue. One that has ended is refused. A flow first runs
   * its nodes with {@code when: ended}; another call does not cancel these.
   */
  public void cancelInstance(String id) {
    String once = Query.EMPTY.set("once", true).toString();
    calls.call(Request.post(instancePath(id) + "/cancel" + once).repeatable());
  }

  /** Runs an ended instance again, as a new one; returns the id of that. */
  public String retryInstance(String id) {
    return retryInstance(id, UUID.randomUUID().toString());
  }

  /**
   * Runs an ended instance again, as a new one; returns the id of that.
   *
   * @param idempotencyKey 1 to 200 characters: within a day, the same key for the same instance
   *     returns the same id
   */
  public String retryInstance(String id, String idempotencyKey) {
    Request request = Request.post(instancePath(id) + "/retry");
    return calls.call(once(request, idempotencyKey)).fields().text("id");
  }

  /**
   * Runs an ended flow again, as {@link #retryInstance}, but reuses the nodes that succeeded,
   * unless a node before them runs again. An instance that is not a flow is refused.
   */
  public String retryFromFailed(String id) {
    return retryFromFailed(id, UUID.randomUUID().toString());
  }

  /**
   * As {@link #retryFromFailed(String)}.
   *
   * @param idempotencyKey as of {@link #retryInstance(String, String)}
   */
  public String retryFromFailed(String id, String idempotencyKey) {
    Request request = Request.post(instancePath(id) + "/retry", Map.of("mode", "failed"));
    return calls.call(once(request, idempotencyKey)).fields().text("id");
  }

  /**
   * Returns one page of what an instance has written.
   *
   * @param after the cursor of the page before, which a log always has; empty for the first page
   */
  public Page<LogLine> getInstanceLog(String id, Optional<String> after) {
    Query query = Query.EMPTY.set("after", after);
    Request request = Request.get(instancePath(id) + "/logs" + query);
    return Page.of(calls.call(request).fields(), LogLine::of);
  }

  /** Returns what an instance has written until now; the stream reads page by page. */
  public Stream<LogLine> readLog(String id) {
    return PageIterator.stream(
        cursor -> {
          Page<LogLine> page = getInstanceLog(id, cursor);
          return page.items().isEmpty() ? new Page<>(List.of(), Optional.empty()) : page;
        });
  }

  /**
   * Returns the log of an instance from its first line, waits for more, and ends with the instance.
   * It continues across restarts of the scheduler without gaps and duplicates. Close the stream;
   * that also ends the wait of another thread for a line.
   */
  public Stream<LogLine> followLog(String id) {
    Query query = Query.EMPTY.set("follow", true);
    FollowedLog log = new FollowedLog(calls, Request.get(instancePath(id) + "/logs" + query));
    return PageIterator.stream(log).onClose(log::close);
  }

  /**
   * Calls an operation of docs/openapi.yaml that has no method here. Only {@code GET}, {@code PUT}
   * and {@code DELETE} are repeated after a broken connection.
   *
   * @param path below {@code /api/v1}, with its query
   * @param body JSON; empty for none
   * @return the body of the response
   */
  public String call(String method, String path, Optional<String> body) {
    return calls.text(Request.of(method, path, body));
  }

  /** Returns the app of all calls. */
  public String app() {
    return app;
  }

  private Job job(Request request) {
    Response response = calls.call(request);
    return Job.of(response.fields(), response.etag());
  }

  private String appPath() {
    return "/apps/" + app;
  }

  private String jobPath(String name) {
    return appPath() + "/jobs/" + Names.require("job", name);
  }

  private static String instancePath(String id) {
    return "/instances/" + Names.requireId(id);
  }

  /** Closes the connections. Calls of other threads fail. */
  @Override
  public void close() {
    calls.close();
  }
}
