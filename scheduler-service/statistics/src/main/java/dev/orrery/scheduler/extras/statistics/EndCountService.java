package dev.orrery.scheduler.extras.statistics;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.extras.statistics.EndCountsView.Bucket;
import dev.orrery.scheduler.extras.statistics.EndCountsView.Lateness;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Returns end counts for the API. Equal calls share a response for a short time. */
@ApplicationScoped
class EndCountService {
  private static final Duration CACHE_TIME = Duration.ofSeconds(3);

  /** A bucket has about 400 bytes, so all answers have about 16 MiB. */
  private static final int MAX_BUCKETS_SHARED = 40_000;

  private final EndCountStore store;
  private final ReadThroughCache<Question, EndCountsView> answers;

  EndCountService(EndCountStore store, Ticker ticker) {
    this.store = store;
    this.answers =
        new ReadThroughCache<>(
            taken -> CACHE_TIME,
            MAX_BUCKETS_SHARED,
            (question, counts) -> 1 + question.query().buckets(),
            ticker);
  }

  private record Question(int app, String job, EndCountQuery query) {}

  /**
   * Returns the counts. Equal calls share a response for {@link #CACHE_TIME}.
   *
   * @param job null for all jobs of the app
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code JOB_NOT_FOUND}
   */
  EndCountsView count(int app, String job, EndCountQuery query) {
    return answers.get(new Question(app, job, query), this::count);
  }

  private EndCountsView count(Question question) {
    EndCountQuery query = question.query();
    return view(query, store.read(question.app(), question.job(), query));
  }

  static EndCountsView view(EndCountQuery query, List<EndCountRow> rows) {
    Map<Instant, List<EndCountRow>> byStart = new TreeMap<>();
    for (Instant at = query.from();
        at.isBefore(query.until());
        at = at.plus(query.bucket().length())) {
      byStart.put(at, new ArrayList<>());
    }
    rows.forEach(row -> byStart.get(row.start()).add(row));
    List<Bucket> buckets = new ArrayList<>();
    byStart.forEach((start, ends) -> buckets.add(new Bucket(start, counts(ends), lateness(ends))));
    return new EndCountsView(
        query.from(), query.until(), query.bucket().length(), buckets, lateness(rows));
  }

  private static Map<String, Long> counts(List<EndCountRow> rows) {
    Map<String, Long> counts = new TreeMap<>();
    rows.forEach(row -> counts.merge(row.state().publicName(), row.ends(), Long::sum));
    return counts;
  }

  private static Lateness lateness(List<EndCountRow> rows) {
    LatenessHistogram histogram = new LatenessHistogram();
    rows.forEach(row -> histogram.add(row.lateness(), row.ends()));
    return histogram.isEmpty()
        ? null
        : new Lateness(histogram.percentileMillis(0.5), histogram.percentileMillis(0.99));
  }
}
