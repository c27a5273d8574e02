package dev.orrery.scheduler.model.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.instance.WaitingReasonService.Reasons;
import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionCache.Budget;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.document.ParameterRules;
import dev.orrery.scheduler.model.progress.ProgressStore;
import dev.orrery.scheduler.model.progress.ProgressView;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads instances for the API. */
@ApplicationScoped
public class InstanceService {
  private static final TypeReference<Map<String, String>> TEXT_MAP = new TypeReference<>() {};

  /** The maximum number of pages that one search reads. */
  private static final int MAX_PAGES = 20;

  private static final int PAGE_SIZE = 1_000;

  /** The maximum number of running instances in a list whose parts are counted. */
  private static final int MAX_COUNTED = 100;

  private final EngineDatabase database;
  private final InstanceStore store;
  private final InstancePageStore pages;
  private final WaitingReasonService reasons;
  private final ProgressStore progress;
  private final JobVersionCache versions;
  private final ObjectMapper json;

  InstanceService(
      EngineDatabase database,
      InstanceStore store,
      InstancePageStore pages,
      WaitingReasonService reasons,
      ProgressStore progress,
      JobVersionCache versions,
      ObjectMapper json) {
    this.database = database;
    this.store = store;
    this.pages = pages;
    this.reasons = reasons;
    this.progress = progress;
    this.versions = versions;
    this.json = json;
  }

  /**
   * @throws ProblemException {@code INSTANCE_NOT_FOUND}, also if the caller may not see the
   *     instance
   */
  InstanceView get(Caller caller, long id) {
    InstanceRow row = row(caller, id);
    String node =
        row.parent() == null || row.part() != null
            ? null
            : store.nodeName(row.parent(), id).orElse(null);
    return views(List.of(row), node).get(0);
  }

  /**
   * Checks that the caller may see the instance, without building a view.
   *
   * @throws ProblemException {@code INSTANCE_NOT_FOUND} otherwise
   */
  public void requireVisible(Caller caller, long id) {
    row(caller, id);
  }

  /**
   * Returns a page of the attempts, oldest first, including the running one.
   *
   * @param after the number of the attempt before the page; 0 for the first page
   */
  Page<AttemptView> attempts(Caller caller, long id, int after, int limit) {
    InstanceRow row = row(caller, id);
    PageRows<AttemptView> earlier = store.earlierAttempts(id, after, limit + 1);
    List<AttemptView> attempts = new ArrayList<>(earlier.rows());
    boolean endsWithLast =
        row.attempt() > after
            && !earlier.cut()
            && attempts.stream().noneMatch(attempt -> attempt.attempt() == row.attempt());
    if (endsWithLast) {
      attempts.add(
          new AttemptView(
              row.attempt(),
              row.state().publicName(),
              row.worker(),
              row.startedAt(),
              row.endedAt(),
              row.runMillis(),
              row.error()));
    }
    return Page.of(
        new PageRows<>(attempts, earlier.cut()),
        limit,
        Function.identity(),
        attempt -> Integer.toString(attempt.attempt()));
  }

  /** Returns a page, newest first; see {@link InstancePageStore#page} for short pages. */
  InstancePage page(InstancePageStore.PageRequest request) {
    return database.readAndUse(() -> readPage(request));
  }

  private InstancePage readPage(InstancePageStore.PageRequest request) {
    InstancePageStore.Rows<InstanceRow> rows = rows(request, pages::page);
    List<InstanceView> views = views(rows.rows(), null);
    // Counts the parameters of the jobs, too, which the rows do not have.
    List<InstanceView> fitting = PageBytes.fitting(views);
    if (fitting.size() < rows.rows().size()) {
      return new InstancePage(fitting, fitting.get(fitting.size() - 1).id(), null);
    }
    return new InstancePage(
        views, rows.next() == null ? null : Long.toString(rows.next()), examinedFrom(rows));
  }

  /**
   * Returns the creation time up to which the read has examined rows, if it ended at a row that
   * does not match; otherwise null.
   */
  private static Instant examinedFrom(InstancePageStore.Rows<InstanceRow> rows) {
    Long next = rows.next();
    boolean endsWithItem =
        !rows.rows().isEmpty()
            && next != null
            && rows.rows().get(rows.rows().size() - 1).id() == next;
    return next == null || endsWithItem ? null : InstanceId.createdAt(next);
  }

  /**
   * The newest instances that match a filter, newest first.
   *
   * @param next the search continues below this id; null if there are no more instances
   */
  public record Found<R>(List<R> rows, Long next) {}

  /**
   * Finds the ids of instances in at most {@link #MAX_PAGES} pages. More instances may match even
   * if the result is shorter than the limit.
   *
   * @param before an exclusive upper bound of the ids
   * @throws ProblemException {@code JOB_NOT_FOUND}
   */
  public Found<Long> findIds(int app, InstanceFilter filter, long before, int limit) {
    return find(new InstancePageStore.PageRequest(app, filter, before, limit), pages::ids);
  }

  /** Finds failed instances like {@link #findIds}, newest first. */
  Found<FailedInstance> findFailures(int app, InstanceFilter filter, int limit) {
    return find(
        new InstancePageStore.PageRequest(app, filter, Long.MAX_VALUE, limit), pages::failures);
  }

  private <R> Found<R> find(
      InstancePageStore.PageRequest whole,
      Function<InstancePageStore.PageRequest, Optional<InstancePageStore.Rows<R>>> read) {
    int limit = whole.limit();
    List<R> found = new ArrayList<>();
    Long next = whole.before();
    for (int page = 0; page < MAX_PAGES && next != null && found.size() < limit; page++) {
      int size = Math.min(PAGE_SIZE, limit - found.size());
      InstancePageStore.Rows<R> rows =
          rows(new InstancePageStore.PageRequest(whole.appId(), whole.filter(), next, size), read);
      found.addAll(rows.rows());
      next = rows.next();
    }
    return new Found<>(found, next);
  }

  private <R> InstancePageStore.Rows<R> rows(
      InstancePageStore.PageRequest request,
      Function<InstancePageStore.PageRequest, Optional<InstancePageStore.Rows<R>>> page) {
    return page.apply(request)
        .orElseThrow(() -> pages.neverExisted(request.appId(), request.filter().job()));
  }

  private InstanceRow row(Caller caller, long id) {
    return store
        .get(id, caller.appId(), caller.isLimitedToDeclaredJobs())
        .orElseThrow(
            () ->
                ProblemException.of(
                    ErrorCode.INSTANCE_NOT_FOUND, "There is no instance " + id + "."));
  }

  /**
   * Returns views of the rows up to the first one whose job version would exceed the memory bound.
   *
   * @param node the name of the only row in its flow; null in a list
   */
  private List<InstanceView> views(List<InstanceRow> all, String node) {
    Map<JobVersionKey, JobVersion> known =
        versions.load(all.stream().map(InstanceRow::version).toList(), Budget.PAGE);
    List<InstanceRow> rows =
        all.stream().takeWhile(row -> known.containsKey(row.version())).toList();
    Reasons waits = reasons.of(rows, known);
    Map<AttemptRef, ProgressView> byAttempt =
        progress.of(
            rows.stream()
                .filter(row -> row.attempt() > 0)
                .map(InstanceService::lastAttempt)
                .toList());
    Map<Long, PartCounts> parts =
        store.partCounts(
            counted(rows, row -> WaitingReasonService.hasParts(row, known.get(row.version()))));
    Map<Long, NodeCounts> nodes =
        store.nodeCounts(counted(rows, row -> isFlow(known.get(row.version()))));
    return rows.stream()
        .map(
            row ->
                view(
                    row,
                    known.get(row.version()),
                    waits,
                    byAttempt.get(lastAttempt(row)),
                    new Relatives(node, parts.get(row.id()), nodes.get(row.id()))))
        .toList();
  }

  private static AttemptRef lastAttempt(InstanceRow row) {
    return new AttemptRef(row.id(), row.attempt());
  }

  private static String text(Long id) {
    return id == null ? null : Long.toString(id);
  }

  private static boolean isFlow(JobVersion version) {
    return version.document().flowIfAny().isPresent();
  }

  /**
   * Returns the instances whose parts or nodes are counted. Those of an instance that has not ended
   * are counted one by one.
   */
  private static List<Long> counted(List<InstanceRow> rows, Predicate<InstanceRow> isParent) {
    Map<Boolean, List<Long>> byEnd =
        rows.stream()
            .filter(isParent)
            .collect(
                Collectors.partitioningBy(
                    row -> row.state().isTerminal(),
                    Collectors.mapping(InstanceRow::id, Collectors.toList())));
    List<Long> counted = new ArrayList<>(byEnd.get(true));
    byEnd.get(false).stream().limit(MAX_COUNTED).forEach(counted::add);
    return counted;
  }

  /**
   * An instance among its parent and its children; null where it has none.
   *
   * @param node its name in its flow
   */
  private record Relatives(String node, PartCounts parts, NodeCounts nodes) {}

  private InstanceView view(
      InstanceRow row, JobVersion version, Reasons waits, ProgressView said, Relatives relatives) {
    return new InstanceView(
        Long.toString(row.id()),
        version.app(),
        version.name(),
        version.version(),
        row.state().publicName(),
        row.priority(),
        InstanceId.createdAt(row.id()),
        row.fireTime(),
        row.dueAt(),
        row.attempt(),
        row.startedAt(),
        row.endedAt(),
        row.runMillis(),
        row.worker(),
        row.result(),
        row.error(),
        row.endReason(),
        row.skippedCount(),
        said,
        waits.of(row, version),
        waits.missingOf(row, version),
        text(row.retryOf()),
        text(row.parent()),
        row.part(),
        relatives.parts(),
        relatives.node(),
        relatives.nodes(),
        version.document().processor().offerName(),
        version.document().workerTags(),
        ParameterRules.merge(
            version.document().parameters(),
            TraceParent.hide(ownParameters(row.parameters()).orElse(Map.of()))));
  }

  /**
   * Parses the stored parameters of an instance; null counts as none. Returns an empty result if
   * they are malformed, so that one damaged row does not fail the others.
   */
  public Optional<Map<String, String>> ownParameters(String stored) {
    if (stored == null) {
      return Optional.of(Map.of());
    }
    try {
      return Optional.ofNullable(json.readValue(stored, TEXT_MAP));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
