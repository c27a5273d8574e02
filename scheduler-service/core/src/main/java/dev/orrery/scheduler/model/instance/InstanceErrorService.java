package dev.orrery.scheduler.model.instance;

import static java.util.stream.Collectors.groupingBy;

import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.model.instance.InstanceErrorsView.Group;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Groups the newest failed instances of an app by their error. Calls within {@link #CACHE_TIME}
 * share a response.
 */
@ApplicationScoped
class InstanceErrorService {
  /** The maximum number of failed instances that are grouped. */
  static final int MAX_EXAMINED = 1_000;

  static final int MAX_GROUPS = 100;

  private static final Set<InstanceState> FAILED =
      Set.of(InstanceState.FAILED, InstanceState.TIMED_OUT);

  private static final Duration CACHE_TIME = Duration.ofSeconds(3);
  private static final int MAX_SHARED = 200;

  private final InstanceService instances;
  private final ReadThroughCache<Question, InstanceErrorsView> answers;

  InstanceErrorService(InstanceService instances, Ticker ticker) {
    this.instances = instances;
    this.answers = new ReadThroughCache<>(CACHE_TIME, MAX_SHARED, ticker);
  }

  private record Question(int app, InstanceFilter filter) {}

  /**
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code JOB_NOT_FOUND}
   */
  InstanceErrorsView group(int app, InstanceFilter filter) {
    return answers.get(new Question(app, filter), this::group);
  }

  private InstanceErrorsView group(Question question) {
    InstanceService.Found<FailedInstance> found =
        instances.findFailures(question.app(), question.filter().withStates(FAILED), MAX_EXAMINED);
    return view(found.rows(), found.next() != null);
  }

  static InstanceErrorsView view(List<FailedInstance> failed, boolean more) {
    List<Group> groups = new ArrayList<>();
    failed.stream()
        .collect(groupingBy(InstanceErrorService::message))
        .forEach(
            (message, rows) -> {
              FailedInstance last =
                  rows.stream()
                      .max(
                          Comparator.comparing(FailedInstance::endedAt)
                              .thenComparing(FailedInstance::id))
                      .orElseThrow();
              groups.add(
                  new Group(
                      message,
                      rows.size(),
                      last.endedAt(),
                      Long.toString(last.id()),
                      (int) rows.stream().mapToLong(FailedInstance::jobId).distinct().count()));
            });
    groups.sort(
        Comparator.comparing(Group::count)
            .thenComparing(Group::lastAt)
            .reversed()
            .thenComparing(Group::message));
    return new InstanceErrorsView(
        groups.stream().limit(MAX_GROUPS).toList(),
        failed.size(),
        more || groups.size() > MAX_GROUPS);
  }

  private static String message(FailedInstance row) {
    if (row.error() == null || row.error().isBlank()) {
      return row.endReason() == null ? row.state().publicName() : row.endReason();
    }
    String line = row.error().lines().filter(text -> !text.isBlank()).findFirst().orElseThrow();
    // No ellipsis is added, because the filter 'error' must find this text in the error.
    int end = Math.min(line.length(), InstanceFilter.MAX_ERROR);
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end);
  }
}
