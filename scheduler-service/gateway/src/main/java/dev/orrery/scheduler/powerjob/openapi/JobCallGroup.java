package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.powerjob.JobQuery;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ObjLongConsumer;

/** The calls of PowerJob's client that read and change jobs. */
@ApplicationScoped
class JobCallGroup implements ClientCallGroup {
  private final ClientJobService jobs;

  JobCallGroup(ClientJobService jobs) {
    this.jobs = jobs;
  }

  @Override
  public Map<String, ClientCall> calls() {
    Map<String, ClientCall> calls = new LinkedHashMap<>();
    calls.put("saveJob", refusing((app, parameters) -> jobs.save(app, parameters.body())));
    calls.put("copyJob", ofJob(jobs::copy));
    calls.put("exportJob", ofJob(jobs::export));
    calls.put("fetchJob", ofJob(jobs::fetch));
    calls.put("fetchAllJob", (app, parameters) -> jobs.query(app, JobQuery.all()));
    calls.put(
        "queryJob",
        refusing((app, parameters) -> jobs.query(app, JobQuery.read(parameters.body()))));
    calls.put("enableJob", commandOfJob((app, id) -> jobs.setEnabled(app, id, true)));
    calls.put("disableJob", commandOfJob((app, id) -> jobs.setEnabled(app, id, false)));
    calls.put("deleteJob", commandOfJob(jobs::delete));
    return calls;
  }

  /** Refuses a call whose body cannot be translated. */
  private static ClientCall refusing(ClientCall call) {
    return (app, parameters) -> {
      try {
        return call.answer(app, parameters);
      } catch (IllegalArgumentException e) {
        throw RefusedCallException.illegal(e.getMessage());
      }
    };
  }

  private static ClientCall ofJob(BiFunction<OpenedApp, Long, Object> call) {
    return (app, parameters) -> call.apply(app, parameters.id("jobId"));
  }

  private static ClientCall commandOfJob(ObjLongConsumer<OpenedApp> command) {
    return (app, parameters) -> {
      command.accept(app, parameters.id("jobId"));
      return null;
    };
  }
}
