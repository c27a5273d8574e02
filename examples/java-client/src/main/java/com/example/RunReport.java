package com.example;

import dev.orrery.client.*;
import java.time.Duration;

/** Declares a job, runs it, prints its log, and waits for its end. */
public final class RunReport {
  public static void main(String[] args) {
    JobDocument job = JobDocument.ofJson("""
        {"name": "report", "parameters": {"day": "today"},
         "processor": {"type": "shell", "script": "echo report of $ORRERY_PARAM_DAY"}}""");
    String token = System.getenv("ORRERY_TOKEN");
    try (var orrery = ClientSettings.of("demo", token).server("http://localhost:7700").open()) {
      orrery.applyJobs(JobsFile.of(job).owner("report-app").prune());
      String id = orrery.runJob(Run.of("report").parameter("day", "2027-03-28"));
      try (var log = orrery.followLog(id)) {
        log.forEach(line -> System.out.println(line.text()));
      }
      Instance ended = orrery.awaitEnd(id, Duration.ofMinutes(1));
      System.out.println("The run is " + ended.state() + ".");
    }
  }
}
