package dev.orrery.it.chaos.check;

import dev.orrery.it.chaos.check.Facts.Active;
import dev.orrery.it.chaos.check.Facts.Batch;
import dev.orrery.it.chaos.check.Facts.ClientView;
import dev.orrery.it.chaos.check.Facts.Document;
import dev.orrery.it.chaos.check.Facts.EarlierAttempt;
import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Flow;
import dev.orrery.it.chaos.check.Facts.Observed;
import dev.orrery.it.chaos.check.Facts.Outage;
import dev.orrery.it.chaos.check.Facts.Ready;
import dev.orrery.it.chaos.check.Facts.Seen;
import dev.orrery.it.chaos.check.Facts.Trace;
import dev.orrery.it.chaos.check.Facts.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hand-made facts of a correct run, to which tests add violations. */
final class SampleFacts {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Document OWN = new Document("one/job", 2, "one/job#7");
  private static final long SECOND_NANOS = 1_000_000_000L;

  final Map<String, Expected> jobs = new HashMap<>();
  final List<Batch> batches = new ArrayList<>();
  final Set<Long> acknowledged = new HashSet<>();
  final Set<Long> askedToCancel = new HashSet<>();
  final Set<Long> canceled = new HashSet<>();
  final List<Seen> seen = new ArrayList<>();
  final Set<Long> notFound = new HashSet<>();
  final Map<Long, Ended> ended = new HashMap<>();
  final Map<Long, Active> active = new HashMap<>();
  final List<EarlierAttempt> earlier = new ArrayList<>();
  final Map<Long, Document> documents = new HashMap<>();
  final Map<Long, Tree> trees = new HashMap<>();
  final Map<Long, Flow> flows = new HashMap<>();
  final Map<String, Graph> graphs = new HashMap<>();
  final List<Trace> traces = new ArrayList<>();
  final List<String> overLimit = new ArrayList<>();
  final List<Outage> outages = new ArrayList<>();
  final List<Ready> ready = new ArrayList<>();
  final List<Instant> expired = new ArrayList<>();
  final List<String> silent = new ArrayList<>();
  final List<String> deaths = new ArrayList<>();
  final List<String> complaints = new ArrayList<>();

  SampleFacts job(Expected job) {
    jobs.put(job.job(), job);
    return this;
  }

  static Instant at(double seconds) {
    return START.plusMillis((long) (seconds * 1000));
  }

  /** Adds an acknowledged run that succeeded with this attempt, which ran this long. */
  Ended succeeded(String job, long id, int attempt, double from, double until) {
    Ended end = success(job, id, attempt, null, until);
    add(end, from, until);
    acknowledged.add(id);
    return end;
  }

  /** Adds a triggered run that succeeded. */
  Ended fired(String job, long id, double fireTime, double until) {
    Ended end = success(job, id, 1, at(fireTime), until);
    add(end, fireTime, until);
    return end;
  }

  private static Ended success(String job, long id, int attempt, Instant fireTime, double until) {
    return new Ended(
        id,
        job,
        null,
        "SUCCEEDED",
        null,
        attempt,
        true,
        fireTime,
        null,
        0,
        at(until),
        Facts.mark(id, attempt),
        null);
  }

  private void add(Ended end, double from, double until) {
    ended.put(end.id(), end);
    trace(end.id(), end.attempt(), from, until);
  }

  void trace(long id, int attempt, double from, double until) {
    ran(id, attempt, from, until, OWN);
  }

  /** Adds an attempt with the document that its worker received. */
  void ran(long id, int attempt, double from, double until, Document document) {
    documents.putIfAbsent(id, OWN);
    traces.add(
        new Trace(
            id, attempt, (long) (from * SECOND_NANOS), (long) (until * SECOND_NANOS), document));
  }

  /** Adds an end without a success. */
  void ended(String job, long id, String state, String reason, int attempt, String error) {
    ended.put(
        id,
        new Ended(
            id,
            job,
            null,
            state,
            reason,
            attempt,
            error != null,
            null,
            null,
            0,
            at(1),
            null,
            error));
  }

  /** Returns an end; its report, if there was one, is that of its first attempt. */
  Ended end(long id, String job, String state, String reason, double endedAt, boolean reported) {
    String mark = reported ? Facts.mark(id, 1) : null;
    return new Ended(
        id,
        job,
        null,
        state,
        reason,
        1,
        reported,
        null,
        null,
        0,
        at(endedAt),
        state.equals("SUCCEEDED") ? mark : null,
        state.equals("FAILED") ? mark : null);
  }

  /** Returns the end of a flow. */
  Ended flow(long id, String state, String reason, String result, double endedAt) {
    return new Ended(
        id,
        "flow",
        null,
        state,
        reason,
        1,
        false,
        null,
        null,
        0,
        at(endedAt),
        result,
        state.equals("FAILED") ? "1 of 5 nodes failed: risk" : null);
  }

  /** Adds skipped fire times. */
  void skipped(String job, long id, int latest, int count) {
    ended.put(
        id,
        new Ended(
            id,
            job,
            null,
            "SKIPPED",
            "MISSED",
            0,
            false,
            at(latest),
            null,
            count,
            at(latest),
            null,
            null));
  }

  void earlier(long id, int attempt, String state) {
    boolean reported = state.equals("FAILED");
    earlier.add(
        new EarlierAttempt(
            id, attempt, state, reported, reported ? "failed " + Facts.mark(id, attempt) : null));
  }

  Facts facts() {
    return new Facts(
        jobs,
        new ClientView(batches, acknowledged, askedToCancel, canceled, seen, notFound),
        ended,
        active,
        earlier,
        documents,
        trees,
        flows,
        graphs,
        traces,
        new Observed(
            Duration.ofSeconds(6), overLimit, outages, ready, expired, silent, deaths, complaints));
  }

  /** Returns the kinds of the checker's findings, in order. */
  List<Violation.Kind> kinds() {
    return Checker.check(facts()).stream().map(Violation::kind).toList();
  }
}
