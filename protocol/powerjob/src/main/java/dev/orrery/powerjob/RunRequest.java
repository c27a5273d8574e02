package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Tells a PowerJob worker to run an attempt. The worker answers at once, and reports the state of
 * the run later. Fields without a value are absent, because workers before 4.3.8 refuse fields that
 * they do not know.
 *
 * @param instanceId the wire id of the attempt
 * @param instanceTimeoutMS milliseconds; 0 means none
 * @param logConfig JSON that says where the worker writes the log; null means online
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunRequest(
    List<String> allWorkerAddress,
    int maxWorkerCount,
    long jobId,
    long instanceId,
    String executeType,
    String processorType,
    String processorInfo,
    long instanceTimeoutMS,
    String jobParams,
    String instanceParams,
    int threadConcurrency,
    int taskRetryNum,
    String timeExpressionType,
    int maxInstanceNum,
    String logConfig) {}
