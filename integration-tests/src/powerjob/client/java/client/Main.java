package client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import tech.powerjob.client.PowerJobClient;
import tech.powerjob.common.enums.DispatchStrategy;
import tech.powerjob.common.enums.ExecuteType;
import tech.powerjob.common.enums.ProcessorType;
import tech.powerjob.common.enums.TimeExpressionType;
import tech.powerjob.common.exception.PowerJobException;
import tech.powerjob.common.request.http.SaveJobInfoRequest;
import tech.powerjob.common.request.query.JobInfoQuery;
import tech.powerjob.common.response.InstanceInfoDTO;
import tech.powerjob.common.response.ResultDTO;
import tech.powerjob.common.serialize.JsonUtils;

/**
 * Makes each call of PowerJob's client once, and prints what it returned, a line of JSON for each:
 * {@code SERVER APP PASSWORD}.
 */
public final class Main {
  private static final Set<Integer> ENDED = Set.of(4, 5, 9, 10);
  private static final int RUNNING = 3;
  private static final long LONGEST_MILLIS = 60_000;

  private final PowerJobClient client;

  private Main(PowerJobClient client) {
    this.client = client;
  }

  public static void main(String[] arguments) {
    new Main(connect(arguments)).run();
    print("wrongPassword", () -> refusal(arguments));
    print("end", () -> null);
    // The client keeps threads.
    Runtime.getRuntime().halt(0);
  }

  /** A client gives up after two seconds, which a busy machine may need. */
  private static PowerJobClient connect(String[] arguments) {
    long end = System.currentTimeMillis() + LONGEST_MILLIS;
    while (true) {
      try {
        return new PowerJobClient(arguments[0], arguments[1], arguments[2]);
      } catch (PowerJobException e) {
        if (System.currentTimeMillis() > end) {
          throw e;
        }
      }
    }
  }

  private static String refusal(String[] arguments) {
    try {
      new PowerJobClient(arguments[0], arguments[1], "not " + arguments[2]);
      return "accepted";
    } catch (RuntimeException e) {
      return "refused";
    }
  }

  private void run() {
    long noop = id(print("saveJob", () -> client.saveJob(job(null, "Client noop", "Noop", "one"))));
    print("saveJob.update", () -> client.saveJob(job(noop, "Client noop", "Noop", "two")));
    print("saveJob.unknown", () -> client.saveJob(job(999_999L, "Unknown", "Noop", "")));
    print("fetchJob", () -> client.fetchJob(noop));
    print("fetchAllJob", client::fetchAllJob);
    print("queryJob", () -> client.queryJob(named("Client%")));
    long copy = id(print("copyJob", () -> client.copyJob(noop)));
    print("exportJob", () -> client.exportJob(noop));
    print("disableJob", () -> client.disableJob(copy));
    print("enableJob", () -> client.enableJob(copy));
    print("deleteJob", () -> client.deleteJob(copy));

    long run = id(print("runJob", () -> client.runJob(noop, "of the run", 0)));
    print("fetchInstanceInfo", () -> await(run, ENDED));
    print("fetchInstanceStatus", () -> client.fetchInstanceStatus(run));
    print("fetchInstanceInfo.unknown", () -> client.fetchInstanceInfo(1L));
    print("stopInstance.ended", () -> client.stopInstance(run));

    long later = id(print("runJob.later", () -> client.runJob(noop, null, 600_000)));
    print("cancelInstance", () -> client.cancelInstance(later));
    print("cancelInstance.status", () -> client.fetchInstanceStatus(later));
    print("cancelInstance.again", () -> client.cancelInstance(later));

    long sleep =
        id(print("saveJob.sleep", () -> client.saveJob(job(null, "Sleep", "Sleep", "300000"))));
    long sleeping = id(print("runJob.sleep", () -> client.runJob(sleep, null, 0)));
    print("fetchInstanceInfo.sleep", () -> await(sleeping, Set.of(RUNNING)));
    print("retryInstance.running", () -> client.retryInstance(sleeping));
    print("stopInstance", () -> client.stopInstance(sleeping));
    print("stopInstance.info", () -> await(sleeping, ENDED));

    long fail = id(print("saveJob.fail", () -> client.saveJob(job(null, "Fail", "Fail", ""))));
    long failed = id(print("runJob.fail", () -> client.runJob(fail, null, 0)));
    print("fetchInstanceInfo.fail", () -> await(failed, ENDED));
    print("retryInstance", () -> client.retryInstance(failed));
    print("retryInstance.info", () -> await(failed, ENDED));
    print("runWorkflow", () -> client.runWorkflow(1L, null, 0));
  }

  private static SaveJobInfoRequest job(Long id, String name, String processor, String parameters) {
    SaveJobInfoRequest job = new SaveJobInfoRequest();
    job.setId(id);
    job.setJobName(name);
    job.setJobDescription("of a client");
    job.setJobParams(parameters);
    job.setTimeExpressionType(TimeExpressionType.API);
    job.setExecuteType(ExecuteType.STANDALONE);
    job.setProcessorType(ProcessorType.BUILT_IN);
    job.setProcessorInfo("worker." + processor);
    job.setDispatchStrategy(DispatchStrategy.HEALTH_FIRST);
    return job;
  }

  private static JobInfoQuery named(String pattern) {
    JobInfoQuery query = new JobInfoQuery();
    query.setJobNameLike(pattern);
    return query;
  }

  private static long id(Object answer) {
    Object data = ((ResultDTO<?>) answer).getData();
    if (data == null) {
      throw new IllegalStateException(((ResultDTO<?>) answer).getMessage());
    }
    return (Long) data;
  }

  /** Asks for the run until it has one of the states, and returns the last answer. */
  private ResultDTO<InstanceInfoDTO> await(long run, Set<Integer> states) throws Exception {
    long end = System.currentTimeMillis() + LONGEST_MILLIS;
    ResultDTO<InstanceInfoDTO> answer;
    do {
      Thread.sleep(100);
      answer = client.fetchInstanceInfo(run);
    } while (System.currentTimeMillis() < end
        && !(answer.isSuccess() && states.contains(answer.getData().getStatus())));
    return answer;
  }

  private static Object print(String name, Callable<Object> call) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("call", name);
    Object answer = null;
    try {
      answer = call.call();
      line.put("answer", answer);
    } catch (Exception e) {
      line.put("exception", e.toString());
    }
    System.out.println(JsonUtils.toJSONString(line));
    return answer;
  }
}
