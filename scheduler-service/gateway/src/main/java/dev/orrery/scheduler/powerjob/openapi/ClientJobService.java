package dev.orrery.scheduler.powerjob.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.powerjob.ClientJob;
import dev.orrery.powerjob.ClientJobReader;
import dev.orrery.powerjob.ClientJobWriter;
import dev.orrery.powerjob.JobNameRule;
import dev.orrery.powerjob.JobQuery;
import dev.orrery.powerjob.JobTranslator;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.model.job.Job;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.JobDocumentReader;
import dev.orrery.scheduler.powerjob.PowerJobConfig;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import dev.orrery.scheduler.powerjob.openapi.ClientJobStore.StoredJob;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Reads and writes the jobs of an app for PowerJob clients. They see only the jobs with a PowerJob
 * processor; for them, other jobs do not exist.
 */
@ApplicationScoped
class ClientJobService {
  /** The maximum number of jobs in an answer, which has no pages. */
  private static final int MAX_JOBS = 10_000;

  /** The maximum characters of an answer. */
  private static final int MAX_LENGTH = 8 * 1024 * 1024;

  private final JobService jobs;
  private final ClientJobStore store;
  private final EngineDatabase database;
  private final PowerJobConfig config;
  private final InstantSource clock;
  private final ObjectMapper json;

  ClientJobService(
      JobService jobs,
      ClientJobStore store,
      EngineDatabase database,
      PowerJobConfig config,
      InstantSource clock,
      ObjectMapper json) {
    this.jobs = jobs;
    this.store = store;
    this.database = database;
    this.config = config;
    this.clock = clock;
    this.json = json;
  }

  /**
   * Creates the job, or changes the one whose id the body has.
   *
   * @return its id
   */
  long save(OpenedApp app, JsonNode body) {
    Optional<Long> id = ClientJobReader.id(body);
    ClientJob job = ClientJobReader.read(body);
    String zone = config.zone().getId();
    if (id.isPresent()) {
      return change(app, id.get(), stored -> JobTranslator.change(stored, job, zone));
    }
    return create(app, job.jobName(), JobTranslator.create(job, zone));
  }

  /** Creates a job with the same document. */
  long copy(OpenedApp app, long id) {
    StoredJob stored = get(app, id);
    String jobName = JobTranslator.read(stored.document()).jobName() + "_COPY";
    return create(app, jobName, JobTranslator.renamed(stored.document(), jobName));
  }

  ObjectNode fetch(OpenedApp app, long id) {
    return info(app, get(app, id));
  }

  /** Returns what {@code saveJob} makes a copy of the job from. */
  ObjectNode export(OpenedApp app, long id) {
    ClientJob job = JobTranslator.read(get(app, id).document());
    return ClientJobWriter.request(job, app.id(), job.jobName() + "_EXPORT_" + clock.millis());
  }

  /**
   * Returns all jobs that match, by id.
   *
   * @throws RefusedCallException if there are too many: a client cannot see that some are missing
   */
  List<ObjectNode> query(OpenedApp app, JobQuery query) {
    // All pages in one place of the app: each is parsed and compared.
    return database.readAndUse(() -> matching(app, query));
  }

  private List<ObjectNode> matching(OpenedApp app, JobQuery query) {
    List<ObjectNode> found = new ArrayList<>();
    long length = 0;
    List<StoredJob> page = store.page(app.id(), "");
    while (!page.isEmpty()) {
      for (StoredJob stored : page) {
        ObjectNode info = info(app, stored);
        if (query.matches(info)) {
          found.add(info);
          length += info.toString().length();
        }
      }
      if (found.size() > MAX_JOBS || length > MAX_LENGTH) {
        throw RefusedCallException.because(
            "Orrery: more jobs match than the "
                + MAX_JOBS
                + " or 8 MiB of an answer; ask for some of them by queryJob with idGt and idLt");
      }
      page = store.page(app.id(), page.get(page.size() - 1).name());
    }
    found.sort(Comparator.comparingLong(info -> info.get("id").longValue()));
    return found;
  }

  void setEnabled(OpenedApp app, long id, boolean enabled) {
    change(app, id, stored -> stored.put("enabled", enabled));
  }

  void delete(OpenedApp app, long id) {
    if (!jobs.delete(app.id(), get(app, id).id())) {
      throw unknown(id);
    }
  }

  private long create(OpenedApp app, String jobName, ObjectNode document) {
    return jobs.create(
            app.id(),
            JobNameRule.name(jobName, document.at("/processor/processorInfo").asText(null)),
            name -> JobDocumentReader.read(name, document.put("name", name)),
            app.client().author())
        .id();
  }

  private long change(OpenedApp app, long id, UnaryOperator<ObjectNode> change) {
    StoredJob job = get(app, id);
    var unused =
        jobs.change(
                app.id(),
                job.id(),
                stored -> {
                  requireVisible(stored);
                  JobDocument before = stored.document();
                  return JobDocumentReader.read(
                      before.name(), change.apply(json.valueToTree(before)));
                },
                app.client().author())
            .orElseThrow(() -> unknown(id));
    return job.number();
  }

  private static void requireVisible(Job job) {
    if (!job.isReadable()) {
      throw RefusedCallException.because(
          "Orrery: a newer release of the scheduler wrote this job; change it there");
    }
    if (!(job.document().processor() instanceof ProcessorSpec.PowerJob)) {
      throw unknown(job.id());
    }
  }

  private StoredJob get(OpenedApp app, long id) {
    return store.find(app.id(), id).orElseThrow(() -> unknown(id));
  }

  private static ObjectNode info(OpenedApp app, StoredJob stored) {
    return ClientJobWriter.info(
        JobTranslator.read(stored.document()),
        new ClientJobWriter.Stored(
            stored.number(), app.id(), stored.nextFireTime(), stored.created(), stored.modified()));
  }

  private static RefusedCallException unknown(long id) {
    return RefusedCallException.illegal("can't find job by jobId: " + id);
  }
}
