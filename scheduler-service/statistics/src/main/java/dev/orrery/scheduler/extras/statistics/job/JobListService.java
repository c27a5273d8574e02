package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.extras.statistics.job.JobSelection.Place;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.job.Job;
import dev.orrery.scheduler.model.job.JobResource.JobView;
import dev.orrery.scheduler.model.job.JobService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lists the jobs of an app. It sorts all jobs by short rows, and reads documents and statistics
 * only for the jobs of the page.
 */
@ApplicationScoped
class JobListService {
  private final JobService jobs;
  private final JobListStore keys;
  private final JobFiguresService figures;
  private final JobStatisticsStore statistics;

  JobListService(
      JobService jobs,
      JobListStore keys,
      JobFiguresService figures,
      JobStatisticsStore statistics) {
    this.jobs = jobs;
    this.keys = keys;
    this.figures = figures;
    this.statistics = statistics;
  }

  /**
   * A page to read.
   *
   * @param after the cursor; null for the first page
   * @param ends number of ends that statistics count; 0 for none
   */
  record PageRequest(int appId, JobSelection selection, String after, int limit, int ends) {
    /** The most jobs of the page: those that one read of statistics has. */
    private int size() {
      return ends == 0 ? limit : Math.min(limit, JobStatisticsService.MAX_JOBS);
    }
  }

  /**
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID} for a cursor of no
   *     page
   */
  JobPage page(Caller caller, PageRequest request) {
    return request.selection().isPlain() ? plain(caller, request) : selected(caller, request);
  }

  private JobPage plain(Caller caller, PageRequest request) {
    String after = request.after() == null ? "" : request.after();
    PageRows<Job> rows = jobs.list(request.appId(), after, request.size() + 1);
    return page(caller, request, rows, job -> job.document().name(), keys.count(request.appId()));
  }

  private JobPage selected(Caller caller, PageRequest request) {
    JobSelection selection = request.selection();
    List<Place> all =
        selection.places(
            keys.keys(request.appId(), selection),
            selection.readsFigures() ? figures.of(request.appId()) : Map.of());
    // One more place shows whether more follow.
    List<Place> places =
        selection.behind(all, request.after()).stream().limit(request.size() + 1L).toList();
    Map<Long, Place> byJob =
        places.stream().collect(Collectors.toMap(Place::id, Function.identity()));
    PageRows<Job> rows = jobs.inOrder(request.appId(), places.stream().map(Place::id).toList());
    // A job that was deleted in between is missing, but others may follow all the same.
    boolean more = !rows.rows().isEmpty() && places.size() > request.size();
    return page(
        caller,
        request,
        new PageRows<>(rows.rows(), rows.cut() || more),
        job -> byJob.get(job.id()).cursor(),
        all.size());
  }

  private JobPage page(
      Caller caller,
      PageRequest request,
      PageRows<Job> rows,
      Function<Job, String> cursor,
      long total) {
    Page<JobView> page = Page.of(rows, request.size(), job -> JobView.of(job, caller), cursor);
    return new JobPage(
        page.items(),
        page.next(),
        total,
        request.ends() == 0 ? null : statistics(rows, page.items().size(), request.ends()));
  }

  private List<JobStatisticsView> statistics(PageRows<Job> rows, int jobs, int ends) {
    Map<String, Long> ofPage = new LinkedHashMap<>();
    rows.rows().stream().limit(jobs).forEach(job -> ofPage.put(job.document().name(), job.id()));
    return statistics.of(ofPage, ends);
  }
}
