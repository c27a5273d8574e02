package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The jobs of one app, out of one or several files.
 *
 * @param app its name
 * @param owner of the jobs; null where neither the files nor the caller name one
 * @param jobs by name, in the order of the files
 */
public record AppJobs(String app, String owner, Map<String, Job> jobs) {
  /**
   * The document of a job.
   *
   * @param file that contains it
   */
  public record Job(JsonNode document, JobsFile file) {}

  /** The jobs of one file. */
  public static AppJobs of(JobsFile file) {
    return of(List.of(file), null).get(0);
  }

  /**
   * Groups the jobs of files by app.
   *
   * @param owner of the jobs of all files; null for those that the files state
   * @throws UserException if two files have a job of the same name in the same app, or state
   *     different owners for the same app
   */
  static List<AppJobs> of(List<JobsFile> files, String owner) {
    Map<String, AppJobs> apps = new LinkedHashMap<>();
    for (JobsFile file : files) {
      AppJobs app =
          apps.getOrDefault(file.app(), new AppJobs(file.app(), owner, new LinkedHashMap<>()))
              .ownedAs(file);
      file.jobs().forEach((name, document) -> app.add(name, new Job(document, file)));
      apps.put(file.app(), app);
    }
    return new ArrayList<>(apps.values());
  }

  private AppJobs ownedAs(JobsFile file) {
    if (file.owner() == null) {
      return this;
    }
    if (owner != null && !owner.equals(file.owner())) {
      throw file.source()
          .mistake(
              "owner",
              "the owner is '"
                  + file.owner()
                  + "', but the jobs of app "
                  + app
                  + " are applied as '"
                  + owner
                  + "'");
    }
    return new AppJobs(app, file.owner(), jobs);
  }

  private void add(String name, Job job) {
    Job other = jobs.put(name, job);
    if (other != null) {
      throw UserException.usage(
          "There are two jobs '"
              + name
              + "' of app "
              + app
              + ": "
              + place(name, other)
              + ", and "
              + place(name, job));
    }
  }

  private static String place(String name, Job job) {
    return job.file().source().name() + ", line " + job.file().line(name, "");
  }
}
