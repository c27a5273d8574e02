// Drives a scheduler with the client that was generated from its OpenAPI document.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	orrery "github.com/GIT_USER_ID/GIT_REPO_ID"
)

const app = "it"

func client(url string) *orrery.APIClient {
	configuration := orrery.NewConfiguration()
	configuration.Servers = orrery.ServerConfigurations{{URL: url}}
	return orrery.NewAPIClient(configuration)
}

func moment(instant *time.Time) string {
	if instant == nil {
		return "never"
	}
	return instant.UTC().Format("2006-01-02T15:04:05Z")
}

func require(failure error) {
	if failure != nil {
		fmt.Println(failure)
		os.Exit(1)
	}
}

func main() {
	here := client(os.Args[1])
	call := context.WithValue(context.Background(), orrery.ContextAccessToken, os.Args[2])

	tokens, _, failure := here.TokensAPI.ListTokens(call, app).Execute()
	require(failure)
	for _, token := range tokens.Items {
		fmt.Println("token", token.GetName(), "expires", moment(token.ExpiresAt.Get()))
	}
	runs, _, failure := here.InstancesAPI.ListInstances(call, app).Job("job").Execute()
	require(failure)
	for _, run := range runs.Items {
		ended := "never"
		if run.EndedAt.Get() != nil {
			ended = "once"
		}
		fmt.Println("run", run.State, "started", moment(run.StartedAt.Get()), "ended", ended)
	}
	cluster, _, failure := here.ProtocolAPI.GetCluster(call).Execute()
	require(failure)
	for _, replica := range cluster.Items {
		offset := "none"
		if replica.ClockOffset.Get() != nil {
			offset = *replica.ClockOffset.Get()
		}
		fmt.Println("replica seen", moment(replica.LastSeenAt.Get()), "offset", offset)
	}
	document := orrery.NewJob(orrery.NoopProcessorAsProcessor(orrery.NewNoopProcessor("noop")))
	job, _, failure := here.JobsAPI.PutJob(call, app, "typed").Document(*document).DryRun(true).Execute()
	require(failure)
	fmt.Println("dry run", job.GetChange())
	filter := orrery.NewInstanceFilter()
	filter.SetAll(true)
	canceled, _, failure := here.InstancesAPI.CancelInstances(call, app).InstanceFilter(*filter).DryRun(true).Execute()
	require(failure)
	fmt.Println("cancel would match", canceled.GetMatched())

	_, response, failure := here.JobsAPI.PreviewCron(call).Cron("nonsense").Execute()
	var refused *orrery.GenericOpenAPIError
	if !errors.As(failure, &refused) {
		require(errors.New("a cron expression that is none was not refused"))
	}
	problem := refused.Model().(orrery.Problem)
	fmt.Println("refused", response.StatusCode, problem.GetCode(), problem.GetField())

	newer, _, failure := client(os.Args[3]).TokensAPI.ListTokens(call, app).Execute()
	require(failure)
	fmt.Println("next release: token", newer.Items[0].GetName(), "role", newer.Items[0].Role)
}
