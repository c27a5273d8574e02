package dev.orrery.powerjob.akka;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.RunRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A message between PowerJob's server and its workers, with the fields of PowerJob's own class as
 * recorded from releases 4.3.9 and 5.1.1. Kryo compares the names and types of fields, and writes a
 * list according to the element type that its field declares: therefore no class here is final, and
 * lists of PowerJob's classes are lists of ours.
 */
interface WireMessage {

  /** Sent each ten seconds. */
  class WorkerHeartbeat implements WireMessage {
    String workerAddress;
    String appName;
    Long appId;
    long heartbeatTime;
    List<DeployedContainerInfo> containerInfos;
    String version;
    String protocol;
    String tag;
    String client;
    String extra;
    boolean isOverload;
    int lightTaskTrackerNum;
    int heavyTaskTrackerNum;
    SystemMetrics systemMetrics;

    Heartbeat read() {
      return new Heartbeat(
          workerAddress,
          appName,
          number(appId),
          heartbeatTime,
          version,
          protocol,
          tag,
          isOverload,
          lightTaskTrackerNum,
          heavyTaskTrackerNum,
          systemMetrics == null ? null : new Heartbeat.SystemMetrics(systemMetrics.cpuProcessors));
    }
  }

  /** Part of a heartbeat. */
  class SystemMetrics implements WireMessage {
    int cpuProcessors;
    double cpuLoad;
    double jvmUsedMemory;
    double jvmMaxMemory;
    double jvmMemoryUsage;
    double diskUsed;
    double diskTotal;
    double diskUsage;
    String extra;
    int score;
  }

  /** Part of a heartbeat. */
  class DeployedContainerInfo implements WireMessage {
    Long containerId;
    String version;
    long deployedTime;
    String workerAddress;
  }

  /** Lines of runs. */
  class WorkerLogReportReq implements WireMessage {
    String workerAddress;
    List<InstanceLogContent> instanceLogContents;

    LogReport read() {
      List<LogReport.Line> lines = new ArrayList<>();
      for (InstanceLogContent line : instanceLogContents) {
        lines.add(
            new LogReport.Line(line.instanceId, line.logTime, line.logLevel, line.logContent));
      }
      return new LogReport(workerAddress, lines);
    }
  }

  /** One line. */
  class InstanceLogContent implements WireMessage {
    long instanceId;
    long logTime;
    int logLevel;
    String logContent;
  }

  /** The state of a run. */
  class TaskTrackerReportInstanceStatusReq implements WireMessage {
    Long appId;
    Long jobId;
    Long instanceId;
    Long wfInstanceId;
    Map<String, String> appendedWfContext;
    int instanceStatus;
    String result;
    long totalTaskNum;
    long succeedTaskNum;
    long failedTaskNum;
    long startTime;
    Long endTime;
    long reportTime;
    String sourceAddress;
    boolean needAlert;
    String alertContent;

    InstanceReport read() {
      return new InstanceReport(
          number(appId),
          jobId == null ? 0 : jobId,
          instanceId == null ? 0 : instanceId,
          instanceStatus,
          result,
          totalTaskNum,
          succeedTaskNum,
          failedTaskNum,
          startTime,
          endTime,
          reportTime,
          sourceAddress);
    }
  }

  /** A question for the workers of a job. */
  class WorkerQueryExecutorClusterReq implements WireMessage {
    Long appId;
    Long jobId;

    ClusterQuery read() {
      return new ClusterQuery(number(appId), jobId == null ? 0 : jobId);
    }
  }

  /** A question for the code of a container, which the scheduler does not have. */
  class WorkerNeedDeployContainerRequest implements WireMessage {
    Long containerId;
  }

  /** The answer to a question, in both directions. */
  class AskResponse implements WireMessage {
    boolean success;
    byte[] data;
    String message;

    static AskResponse of(AskAnswer answer) {
      AskResponse response = new AskResponse();
      response.success = answer.success();
      String text = answer.text();
      response.data = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
      response.message = answer.message();
      return response;
    }

    AskAnswer read() {
      AskAnswer answer =
          data == null ? AskAnswer.OK : AskAnswer.of(new String(data, StandardCharsets.UTF_8));
      return new AskAnswer(success, answer.data(), message);
    }
  }

  /** Lets a worker run an attempt. */
  class ServerScheduleJobReq implements WireMessage {
    List<String> allWorkerAddress;
    Integer maxWorkerCount;
    Long jobId;
    Long wfInstanceId;
    Long instanceId;
    String executeType;
    String processorType;
    String processorInfo;
    long instanceTimeoutMS;
    String jobParams;
    String instanceParams;
    int threadConcurrency;
    int taskRetryNum;
    String timeExpressionType;
    String timeExpression;
    Integer maxInstanceNum;
    String alarmConfig;
    String logConfig;
    String advancedRuntimeConfig;

    static ServerScheduleJobReq of(RunRequest run) {
      ServerScheduleJobReq request = new ServerScheduleJobReq();
      request.allWorkerAddress = new ArrayList<>(run.allWorkerAddress());
      request.maxWorkerCount = run.maxWorkerCount();
      request.jobId = run.jobId();
      request.instanceId = run.instanceId();
      request.executeType = run.executeType();
      request.processorType = run.processorType();
      request.processorInfo = run.processorInfo();
      request.instanceTimeoutMS = run.instanceTimeoutMS();
      request.jobParams = run.jobParams();
      request.instanceParams = run.instanceParams();
      request.threadConcurrency = run.threadConcurrency();
      request.taskRetryNum = run.taskRetryNum();
      request.timeExpressionType = run.timeExpressionType();
      request.maxInstanceNum = run.maxInstanceNum();
      request.logConfig = run.logConfig();
      return request;
    }
  }

  /** Stops a run. */
  class ServerStopInstanceReq implements WireMessage {
    Long instanceId;

    static ServerStopInstanceReq of(long wireId) {
      ServerStopInstanceReq request = new ServerStopInstanceReq();
      request.instanceId = wireId;
      return request;
    }
  }

  /** Asks for the state of a run. */
  class ServerQueryInstanceStatusReq implements WireMessage {
    Long instanceId;
    String customQuery;

    static ServerQueryInstanceStatusReq of(long wireId) {
      ServerQueryInstanceStatusReq request = new ServerQueryInstanceStatusReq();
      request.instanceId = wireId;
      return request;
    }
  }

  /** Returns the number of an app; 0, which is none, if it is none of ours. */
  private static int number(Long app) {
    return app == null || app < 1 || app > Integer.MAX_VALUE ? 0 : app.intValue();
  }
}
