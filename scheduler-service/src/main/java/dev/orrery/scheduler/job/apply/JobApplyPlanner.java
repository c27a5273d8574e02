package dev.orrery.scheduler.job.apply;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.ProblemDetail.FieldError;
import dev.orrery.scheduler.job.Job;
import dev.orrery.scheduler.job.document.JobDocument;
import dev.orrery.scheduler.json.JsonFields;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.rest.DocumentChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Compares a file with the stored jobs, and refuses all its conflicts at once. */
final class JobApplyPlanner {
  /** The most mistakes that the detail of a problem names; its list has more. */
  private static final int NAMED_IN_DETAIL = 10;

  private final JobApplyRequest request;
  private final Map<String, Job> stored = new HashMap<>();
  private final BiFunction<Optional<Job>, JobDocument, DocumentChange> comparison;

  /**
   * @param stored the jobs that the file names, and those of its owner
   * @param comparison throws {@code INVALID} if the document must not be written
   */
  JobApplyPlanner(
      JobApplyRequest request,
      List<Job> stored,
      BiFunction<Optional<Job>, JobDocument, DocumentChange> comparison) {
    this.request = request;
    this.comparison = comparison;
    stored.forEach(job -> this.stored.put(job.document().name(), job));
  }

  /**
   * Returns the jobs of the file in its order, then those to delete by name.
   *
   * @throws ProblemException {@code INVALID} with all documents that must not be written, {@code
   *     PRECONDITION_FAILED} with all jobs that have another ETag or another owner
   */
  List<JobEdit> edits() {
    List<FieldError> mistakes = new ArrayList<>();
    List<FieldError> conflicts = new ArrayList<>();
    List<JobEdit> edits = new ArrayList<>();
    for (int i = 0; i < request.jobs().size(); i++) {
      JobApplyRequest.Entry entry = request.jobs().get(i);
      String path = JobApplyRequest.path(i);
      Optional<Job> before = Optional.ofNullable(stored.get(entry.name()));
      etagConflict(entry, before)
          .ifPresent(text -> conflicts.add(new FieldError(path + ".etag", text)));
      ownerConflict(before).ifPresent(text -> conflicts.add(new FieldError(path, text)));
      try {
        edits.add(edit(entry, before));
      } catch (ProblemException refusal) {
        ProblemDetail problem = refusal.problem();
        mistakes.add(
            new FieldError(
                path + "." + problem.field(),
                problem
                    .detail()
                    .replace("'" + problem.field(), "'" + path + "." + problem.field())));
      }
    }
    refuse(ErrorCode.INVALID, mistakes);
    refuse(ErrorCode.PRECONDITION_FAILED, conflicts);
    if (request.prune()) {
      edits.addAll(deletions());
    }
    return edits;
  }

  private JobEdit edit(JobApplyRequest.Entry entry, Optional<Job> before) {
    boolean adopted =
        request.owner() != null && before.filter(job -> job.owner() == null).isPresent();
    return new JobEdit(
        entry.name(),
        before,
        entry.document(),
        comparison.apply(before, entry.document()),
        adopted);
  }

  private List<JobEdit> deletions() {
    Set<String> named = new HashSet<>(request.names());
    return stored.values().stream()
        .filter(job -> !named.contains(job.document().name()))
        .map(JobEdit::deletion)
        .sorted(Comparator.comparing(JobEdit::name))
        .toList();
  }

  private static Optional<String> etagConflict(JobApplyRequest.Entry entry, Optional<Job> before) {
    if (entry.etag() == null || before.filter(job -> job.etag().equals(entry.etag())).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        before
                .map(
                    job ->
                        "Job '"
                            + entry.name()
                            + "' is at "
                            + job.etag()
                            + ", not at "
                            + entry.etag())
                .orElse("There is no job '" + entry.name() + "' that could be at " + entry.etag())
            + ".");
  }

  private Optional<String> ownerConflict(Optional<Job> before) {
    return before
        .filter(job -> request.owner() != null && job.owner() != null)
        .filter(job -> !job.owner().equals(request.owner()))
        .map(
            job ->
                "Job '"
                    + job.document().name()
                    + "' belongs to the owner '"
                    + job.owner()
                    + "', not to '"
                    + request.owner()
                    + "'.");
  }

  private static void refuse(ErrorCode code, List<FieldError> errors) {
    if (errors.isEmpty()) {
      return;
    }
    String detail =
        errors.stream()
            .limit(NAMED_IN_DETAIL)
            .map(FieldError::message)
            .collect(Collectors.joining(" "));
    int more = errors.size() - NAMED_IN_DETAIL;
    throw new ProblemException(
        ProblemDetail.of(
                code,
                more > 0 ? detail + " There are " + more + " more." : detail,
                errors.get(0).field())
            .withErrors(errors.subList(0, Math.min(errors.size(), JsonFields.MOST_MISTAKES))));
  }
}
