package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The jobs of one app, from one or several files.
 *
 * @param app its name
 * @param owner of the jobs; null if neither the files nor the caller name an owner
 * @param files in the order of the command
 * @param jobs by name, in the order of the files
 */
public record AppJobs(String app, String owner, List<JobsFile> files, Map<String, Job> jobs) {
  public record Job(JsonNode document, JobsFile file) {}

  public static AppJobs of(JobsFile file) {
    return of(List.of(file), null, new FileMistakes()).get(0);
  }

  /**
   * Groups the jobs of files by app. Duplicate names within an app, and different owners of an app,
   * are errors.
   *
   * @param owner of the jobs of all files; null to use the files' own
   */
  static List<AppJobs> of(List<JobsFile> files, String owner, FileMistakes mistakes) {
    Map<String, AppJobs> apps = new LinkedHashMap<>();
    for (JobsFile file : files) {
      AppJobs app =
          apps.getOrDefault(
                  file.app(),
                  new AppJobs(file.app(), owner, new ArrayList<>(), new LinkedHashMap<>()))
              .ownedAs(file, mistakes);
      app.files.add(file);
      file.jobs().forEach((name, document) -> app.add(name, new Job(document, file), mistakes));
      apps.put(file.app(), app);
    }
    return new ArrayList<>(apps.values());
  }

  private AppJobs ownedAs(JobsFile file, FileMistakes mistakes) {
    if (file.owner() == null) {
      return this;
    }
    if (owner != null && !owner.equals(file.owner())) {
      mistakes.add(
          file.source()
              .mistake(
                  "owner",
                  "the owner is '"
                      + file.owner()
                      + "', but the jobs of app "
                      + app
                      + " are applied as '"
                      + owner
                      + "'"));
      return this;
    }
    return new AppJobs(app, file.owner(), files, jobs);
  }

  private void add(String name, Job job, FileMistakes mistakes) {
    Job other = jobs.putIfAbsent(name, job);
    if (other != null) {
      mistakes.add(
          UserException.usage(
              "Duplicate job '"
                  + name
                  + "' of app "
                  + app
                  + ": "
                  + place(name, other)
                  + " and "
                  + place(name, job)));
    }
  }

  /** Returns the first file with this top-level field. */
  Optional<JobsFile> fileWith(String field) {
    return files.stream().filter(file -> file.source().root().has(field)).findFirst();
  }

  private static String place(String name, Job job) {
    return job.file().source().place(job.file().path(name, ""));
  }
}
