package client;

import java.util.List;
import java.util.Set;
import tech.powerjob.client.PowerJobClient;
import tech.powerjob.common.enums.DispatchStrategy;
import tech.powerjob.common.enums.ExecuteType;
import tech.powerjob.common.enums.ProcessorType;
import tech.powerjob.common.enums.TimeExpressionType;
import tech.powerjob.common.exception.PowerJobException;
import tech.powerjob.common.model.AlarmConfig;
import tech.powerjob.common.model.LifeCycle;
import tech.powerjob.common.request.http.SaveJobInfoRequest;
import tech.powerjob.common.response.InstanceInfoDTO;
import tech.powerjob.common.response.ResultDTO;

/**
 * {@code SERVER APP PASSWORD save COUNT} saves jobs of all kinds, of which number 17 can be run;
 * {@code SERVER APP PASSWORD run} runs number 17, and prints {@code 17: STATUS RESULT}.
 */
public final class Jobs {
  private static final long RUNNABLE = 17;
  private static final Set<Integer> ENDED = Set.of(4, 5, 9, 10);
  private static final long LONGEST_MILLIS = 60_000;

  private Jobs() {}

  public static void main(String[] arguments) throws Exception {
    PowerJobClient client = connect(arguments);
    if (arguments[3].equals("save")) {
      save(client, Integer.parseInt(arguments[4]));
    } else {
      run(client);
    }
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

  private static void save(PowerJobClient client, int count) {
    for (int i = 0; i < count; i++) {
      System.out.println("saved " + data(client.saveJob(job(i))));
    }
    SaveJobInfoRequest runnable = job(0);
    runnable.setId(RUNNABLE);
    runnable.setJobName("Runnable");
    System.out.println("saved " + data(client.saveJob(runnable)));
    data(client.disableJob(RUNNABLE + 1));
    data(client.deleteJob(RUNNABLE + 2));
  }

  /** Each kind of a job, in all combinations. */
  private static SaveJobInfoRequest job(int i) {
    TimeExpressionType[] times = TimeExpressionType.values();
    ExecuteType[] kinds = ExecuteType.values();
    ProcessorType[] processors = {
      ProcessorType.BUILT_IN, ProcessorType.SHELL, ProcessorType.EXTERNAL
    };
    SaveJobInfoRequest job = new SaveJobInfoRequest();
    TimeExpressionType time = i == 0 ? TimeExpressionType.API : times[i % times.length];
    job.setJobName(i % 3 == 0 ? "日终结算" : "Job " + i);
    job.setJobDescription("of a test: '\"\\ \u2028");
    job.setJobParams("line 1\nline ${2} of " + i);
    job.setTimeExpressionType(time);
    job.setTimeExpression(expression(time));
    job.setExecuteType(i == 0 ? ExecuteType.STANDALONE : kinds[i / times.length % kinds.length]);
    job.setProcessorType(i == 0 ? processors[0] : processors[i / 24 % processors.length]);
    job.setProcessorInfo("worker.Number");
    job.setDispatchStrategy(DispatchStrategy.values()[i % 2]);
    job.setMaxInstanceNum(i % 4);
    job.setConcurrency(1 + i % 7);
    job.setInstanceRetryNum(i % 3);
    job.setTaskRetryNum(i % 2);
    job.setInstanceTimeLimit(i % 5 == 0 ? 0L : 60_000L);
    job.setExtra("extra");
    job.setTag("tag");
    if (i % 10 == 1) {
      LifeCycle cycle = new LifeCycle();
      cycle.setStart(1_800_000_000_000L);
      cycle.setEnd(4_000_000_000_000L);
      job.setLifeCycle(cycle);
      job.setNotifyUserIds(List.of(1L, 2L));
      AlarmConfig alarm = new AlarmConfig();
      alarm.setAlertThreshold(1);
      alarm.setStatisticWindowLen(60);
      alarm.setSilenceWindowLen(60);
      job.setAlarmConfig(alarm);
    }
    if (i % 20 == 2) {
      job.setDesignatedWorkers("127.0.0.1:27777");
      job.setMinCpuCores(0.5);
    }
    return job;
  }

  private static String expression(TimeExpressionType time) {
    switch (time) {
      case CRON:
        return "0 0 2 ? * MON-FRI";
      case FIXED_RATE:
      case FIXED_DELAY:
        return "60000";
      case DAILY_TIME_INTERVAL:
        return "{\"interval\":\"600\",\"startTimeOfDay\":\"09:00:00\",\"endTimeOfDay\":\"18:00:00\","
            + "\"intervalUnit\":\"SECONDS\",\"daysOfWeek\":[1,2]}";
      default:
        return null;
    }
  }

  /** PowerJob's server fails a run for which no worker has sent a heartbeat. */
  private static void run(PowerJobClient client) throws InterruptedException {
    long end = System.currentTimeMillis() + LONGEST_MILLIS;
    InstanceInfoDTO info;
    do {
      long run = data(client.runJob(RUNNABLE, null, 0));
      do {
        Thread.sleep(100);
        info = data(client.fetchInstanceInfo(run));
      } while (System.currentTimeMillis() < end && !ENDED.contains(info.getStatus()));
    } while (System.currentTimeMillis() < end && "no worker available".equals(info.getResult()));
    System.out.println(info.getJobId() + ": " + info.getStatus() + " " + info.getResult());
  }

  private static <T> T data(ResultDTO<T> answer) {
    if (!answer.isSuccess()) {
      throw new IllegalStateException(answer.getMessage());
    }
    return answer.getData();
  }
}
