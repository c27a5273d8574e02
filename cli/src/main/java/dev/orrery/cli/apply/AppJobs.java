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
    return of(List.of(file), null, new FileErrors()).get(0);
  }

  /**
   * Groups the jobs of files by app. Two jobs of the same name in the same app are an error, and so
   * are different owners of the same app.
   *
   * @param owner of the jobs of all files; null to use the files' own
   */
  static List<AppJobs> of(List<JobsFile> files, String owner, FileErrors errors) {
    Map<String, AppJobs> apps = new LinkedHashMap<>();
    for (JobsFile file : files) {
      AppJobs app =
          apps.getOrDefault(
                  file.app(),
                  new AppJobs(file.app(), owner, new ArrayList<>(), new LinkedHashMap<>()))
              .ownedAs(file, errors);
      app.files.add(file);
      file.jobs().forEach((name, document) -> app.add(name, new Job(document, file), errors));
      apps.put(file.app(), app);
    }
    return new ArrayList<>(apps.values());
  }

  private AppJobs ownedAs(JobsFile file, FileErrors errors) {
    if (file.owner() == null) {
      return this;
    }
    if (owner != null && !owner.equals(file.owner())) {
      errors.add(
          file.source()
              .error(
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

  private void add(String name, Job job, FileErrors errors) {
    Job other = jobs.putIfAbsent(name, job);
    if (other != null) {
      errors.add(
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
