package dev.orrery.client;

import dev.orrery.client.OrreryException.Failure;
import dev.orrery.protocol.text.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds out which jobs exist, until a deadline: by one list if it has all jobs of the app, and by
 * one more call for each name that is not on its first page otherwise.
 */
final class JobLookup {
  /** The most that the API allows. */
  private static final int PAGE = 500;

  private final Calls calls;
  private final String jobsPath;
  private final Deadline deadline;

  JobLookup(Calls calls, String jobsPath, Deadline deadline) {
    this.calls = calls;
    this.jobsPath = jobsPath;
    this.deadline = deadline;
  }

  List<MissingJob> missing(Collection<String> names) {
    names.forEach(name -> Names.require("job", name));
    Request list = Request.get(jobsPath + JobFilter.all().limit(PAGE).query());
    Page<String> page = Page.of(calls.call(list, deadline).fields(), job -> job.text("name"));
    boolean isComplete = page.next().isEmpty();
    Set<String> listed = page.items().stream().collect(Collectors.toSet());
    return names.stream()
        .distinct()
        .filter(name -> !listed.contains(name))
        .filter(name -> isComplete || !exists(name))
        .map(name -> new MissingJob(name, NearestName.of(name, listed)))
        .toList();
  }

  private boolean exists(String name) {
    if (deadline.nanosLeft(calls.timing()) <= 0) {
      String late = "The scheduler did not answer all calls in time.";
      throw new OrreryException(Failure.of(OrreryException.UNREACHABLE, late), null);
    }
    try {
      calls.call(Request.get(jobsPath + "/" + name), deadline);
      return true;
    } catch (OrreryException e) {
      if (e.code().equals("JOB_NOT_FOUND")) {
        return false;
      }
      throw e;
    }
  }
}
