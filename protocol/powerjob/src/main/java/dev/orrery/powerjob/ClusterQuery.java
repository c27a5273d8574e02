package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** A PowerJob worker's request for the list of workers that may run subtasks of a job. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClusterQuery(int appId, long jobId) {}
