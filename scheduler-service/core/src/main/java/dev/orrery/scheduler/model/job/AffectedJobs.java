package dev.orrery.scheduler.model.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Collects the jobs that a transaction edits and whose instances must follow the edit. */
public final class AffectedJobs {
  private final Map<Integer, String> written = new HashMap<>();
  private final List<Long> limited = new ArrayList<>();
  private final List<Long> disabled = new ArrayList<>();
  private final List<Long> deleted = new ArrayList<>();

  void addWritten(int app, String job) {
    written.putIfAbsent(app, job);
  }

  /** Returns the first written job of each app. */
  Map<Integer, String> written() {
    return written;
  }

  void addLimited(long job) {
    limited.add(job);
  }

  void addDisabled(long job) {
    disabled.add(job);
  }

  void addDeleted(Collection<Long> jobs) {
    deleted.addAll(jobs);
  }

  boolean isEmpty() {
    return limited.isEmpty() && disabled.isEmpty() && deleted.isEmpty();
  }

  List<Long> disabled() {
    return disabled;
  }

  /** Returns all affected jobs in the order of their ids. */
  List<Long> all() {
    return Stream.of(limited, disabled, deleted).flatMap(List::stream).distinct().sorted().toList();
  }
}
