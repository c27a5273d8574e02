package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** A worker's question for the workers that may run subtasks of a job. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClusterQuery(int appId, long jobId) {}
