package dev.orrery.scheduler.model.job.apply;

import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.model.job.document.JobDocument;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file of jobs to apply.
 *
 * @param jobs in the order of the file; their names are distinct
 * @param owner the owner that the file names; null if the file does not manage its jobs
 * @param prune whether to delete jobs of the owner that the file does not name
 * @param declaration null unless the jobs are those that an application declares
 * @param onlyDeclared whether a stored job that no application has declared is refused
 */
record JobApplyRequest(
    List<Entry> jobs, String owner, boolean prune, Declaration declaration, boolean onlyDeclared) {

  /**
   * The declaration of an application.
   *
   * @param renews whether to change nothing if the version is in force
   * @param kept names of jobs that the application declares, too, and that stay as they are
   * @param code the classes of the process's methods, by the processors that they are
   */
  record Declaration(
      DeclarationVersion version, boolean renews, List<String> kept, Map<String, String> code) {}

  /**
   * A job of the file.
   *
   * @param etag the ETag that the stored job must have; null for any
   */
  record Entry(JobDocument document, String etag) {
    String name() {
      return document.name();
    }
  }

  List<String> names() {
    return jobs.stream().map(Entry::name).toList();
  }

  /** Returns the names of all jobs that the application declares. */
  List<String> declaredNames() {
    return Stream.concat(names().stream(), declaration.kept().stream()).toList();
  }

  List<JobDocument> documents() {
    return jobs.stream().map(Entry::document).toList();
  }

  /** Returns the path of a job in the body, for errors. */
  static String path(int index) {
    return JobApplyReader.JOBS + "[" + index + "]";
  }
}
