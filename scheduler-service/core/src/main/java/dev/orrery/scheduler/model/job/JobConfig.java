package dev.orrery.scheduler.model.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings for the jobs of an app. */
@ConfigMapping(prefix = "orrery.jobs")
public interface JobConfig {
  String MAX_PER_APP = "orrery.jobs.max-per-app";
  String MAX_LANES_PER_APP = "orrery.jobs.max-lanes-per-app";
  String MAX_DOCUMENT_MIB_PER_APP = "orrery.jobs.max-document-mib-per-app";

  /**
   * Most jobs of an app, without deleted ones. A call that would exceed it gets 422 and creates
   * nothing.
   */
  @WithDefault("50000")
  int maxPerApp();

  /**
   * Most lanes of an app: different combinations of a processor and {@code requiredTags} in all
   * versions of its jobs, including deleted ones. A job with a further combination gets 422.
   */
  @WithDefault("5000")
  int maxLanesPerApp();

  /**
   * Most MiB that the documents of all versions of an app's jobs take in the database, compressed,
   * plus 500 bytes for each version; includes deleted jobs that are still kept. A call that would
   * exceed it gets 422 and writes nothing.
   */
  @WithDefault("512")
  int maxDocumentMibPerApp();
}
