import Foundation
import HTTPTransport
import KubernetesClient
import Testing
import Threading

@testable import Playground

/// Jobs with real processes.
struct JobTests {
    private let pods = "/api/v1/namespaces/default/pods"

    private func ended(_ api: TestAPI, _ name: String) async throws -> JSONValue {
        try await api.wait(Fixtures.jobs + "/\(name)", "the end of job \(name)") {
            Conditions.holds($0, "Complete") || Conditions.holds($0, "Failed")
        }
    }

    private func alive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

    @Test func `an indexed job runs a process for each index`() async throws {
        try await TestAPI.run { (api) async throws in
            var job = Fixtures.job(
                "j", "echo index $JOB_COMPLETION_INDEX; printf done > $OUT",
                ["completions": 3, "parallelism": 2, "completionMode": "Indexed"])
            job["spec", "template", "spec", "containers", 0, "env"] = [
                ["name": "OUT", "value": "/dev/termination-log"]
            ]
            #expect(try await api.send("POST", Fixtures.jobs, job).code == 201)
            let done = try await ended(api, "j")
            #expect(Conditions.holds(done, "Complete"))
            #expect(done["status", "succeeded"] == 3)
            #expect(done["status", "completedIndexes"] == "0-2")
            let list = try await api.send("GET", pods + "?labelSelector=job-name%3Dj").json["items"]?.arrayValue ?? []
            #expect(Set(list.compactMap { JobLabels.index($0) }) == [0, 1, 2])
            for pod in list {
                #expect(pod["status", "containerStatuses", 0, "state", "terminated", "message"] == "done")
                let logs = try await api.client.fetch(
                    .init(url: api.server.url + pods + "/\(pod.name)/log"))
                #expect(String(decoding: logs.body, as: UTF8.self) == "index \(JobLabels.index(pod) ?? -1)\n")
            }
        }
    }

    @Test(arguments: ["a.b", String(repeating: "a", count: 62)])
    func `an indexed job whose pods could not have a host name is refused`(name: String) async throws {
        try await TestAPI.run { (api) async throws in
            let settings: JSONObject = ["completions": 3, "parallelism": 3, "completionMode": "Indexed"]
            let refused = try await api.send("POST", Fixtures.jobs, Fixtures.job(name, "true", settings))
            #expect(refused.code == 422)
            #expect(
                refused.json["message"]?.stringValue?.contains("invalid DNS label: \(name)-2") == true,
                "\(refused.json)")
            #expect(try await api.send("POST", Fixtures.jobs, Fixtures.job(name, "true", [:])).code == 201)
        }
    }

    @Test func `mounts are written into the sandbox and their paths rewritten`() async throws {
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("settings", ["a.txt": "from map"]))
            _ = try await api.send(
                "POST", "/api/v1/namespaces/default/secrets",
                [
                    "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "token"],
                    "stringData": ["value": "hidden"],
                ])
            var job = Fixtures.job("j", "")
            job["spec", "template", "spec", "volumes"] = [
                ["name": "map", "configMap": ["name": "settings"]],
                ["name": "all", "projected": ["sources": [["secret": ["name": "token"]]]]],
                ["name": "empty", "emptyDir": [:]],
            ]
            job["spec", "template", "spec", "containers", 0] = [
                "name": "main", "image": "shell",
                "command": [
                    "sh", "-c",
                    "cat $FILE $1; echo; echo $KEY $2; echo x > ${2#--out=}; cat ${2#--out=}; test -r $KUBECONFIG", "x",
                ],
                "args": ["/secrets/value", "--out=/scratch/file"],
                "env": [
                    ["name": "FILE", "value": "/etc/settings/a.txt"],
                    ["name": "KEY", "valueFrom": ["secretKeyRef": ["name": "token", "key": "value"]]],
                ],
                "volumeMounts": [
                    ["name": "map", "mountPath": "/etc/settings"], ["name": "all", "mountPath": "/secrets"],
                    ["name": "empty", "mountPath": "/scratch/"],
                ],
            ]
            #expect(try await api.send("POST", Fixtures.jobs, job).code == 201)
            #expect(Conditions.holds(try await ended(api, "j"), "Complete"))
            let pod = try await api.send("GET", pods).json["items", 0] ?? [:]
            let logs = try await api.client.fetch(.init(url: api.server.url + pods + "/\(pod.name)/log"))
            let text = String(decoding: logs.body, as: UTF8.self)
            #expect(text.hasPrefix("from maphidden\nhidden --out=\(api.server.dataDirectory.path)/pods/"), "\(text)")
            #expect(text.hasSuffix("/volumes/empty/file\nx\n"), "\(text)")
        }
    }

    @Test func `a failing job is tried again until the backoff limit`() async throws {
        try await TestAPI.run({ $0.pods.retryDelay = .milliseconds(10) }) { (api) async throws in
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("bad", "exit 3", ["backoffLimit": 2]))
            let job = try await ended(api, "bad")
            let failure = job["status", "conditions"]?.arrayValue?.first { $0["type"] == "Failed" }
            #expect(failure?["reason"] == "BackoffLimitExceeded")
            #expect(job["status", "failed"] == 3)
            let list = try await api.send("GET", pods).json["items"]?.arrayValue ?? []
            #expect(list.count == 3)
            #expect(
                list.allSatisfy { $0["status", "containerStatuses", 0, "state", "terminated", "exitCode"] == 3 })
        }
    }

    @Test func `each index of a job is tried again alone`() async throws {
        try await TestAPI.run({ $0.pods.retryDelay = .milliseconds(10) }) { (api) async throws in
            // Index 1 fails once, index 2 always.
            let script = """
                [ $JOB_COMPLETION_INDEX = 2 ] && exit 3
                [ $JOB_COMPLETION_INDEX = 1 ] && mkdir "$SEEN" 2>/dev/null && exit 4
                exit 0
                """
            var job = Fixtures.job(
                "j", script,
                [
                    "completions": 4, "parallelism": 4, "completionMode": "Indexed", "backoffLimitPerIndex": 1,
                    "backoffLimit": 100,
                ])
            let seen = FileManager.default.temporaryDirectory.appending(path: "presage-seen-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: seen) }
            job["spec", "template", "spec", "containers", 0, "env"] = [
                ["name": "SEEN", "value": .string(seen.path)]
            ]
            #expect(try await api.send("POST", Fixtures.jobs, job).code == 201)
            let end = try await ended(api, "j")
            let failure = end["status", "conditions"]?.arrayValue?.first { $0["type"] == "Failed" }
            #expect(failure?["reason"] == "FailedIndexes")
            #expect(end["status", "completedIndexes"] == "0,1,3" && end["status", "failedIndexes"] == "2")
            let all = try await api.send("GET", pods).json["items"]?.arrayValue ?? []
            let byIndex = Dictionary(grouping: all, by: { JobLabels.index($0) ?? -1 }).mapValues(\.count)
            #expect(byIndex == [0: 1, 1: 2, 2: 2, 3: 1])
        }
    }

    @Test func `the first index that fails for good ends a job that allows none`() async throws {
        try await TestAPI.run({ $0.pods.retryDelay = .milliseconds(10) }) { (api) async throws in
            let script = "[ $JOB_COMPLETION_INDEX = 0 ] && exit 3; sleep 600"
            let job = Fixtures.job(
                "j", script,
                [
                    "completions": 2, "parallelism": 2, "completionMode": "Indexed", "backoffLimitPerIndex": 0,
                    "maxFailedIndexes": 0,
                ])
            #expect(try await api.send("POST", Fixtures.jobs, job).code == 201)
            let end = try await ended(api, "j")
            let failure = end["status", "conditions"]?.arrayValue?.first { $0["type"] == "Failed" }
            #expect(failure?["reason"] == "MaxFailedIndexesExceeded")
            _ = try await api.wait(pods, "the other's end") { $0["items"]?.arrayValue?.count == 1 }
        }
    }

    @Test func `a failure policy ends a job by exit code and passes over an evicted pod`() async throws {
        try await TestAPI.run({ $0.pods.retryDelay = .milliseconds(10) }) { (api) async throws in
            let policy: JSONValue = [
                "rules": [
                    ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget", "status": "True"]]],
                    ["action": "FailJob", "onExitCodes": ["operator": "In", "values": [65]]],
                ]
            ]
            _ = try await api.send(
                "POST", Fixtures.jobs, Fixtures.job("bad", "exit 65", ["backoffLimit": 5, "podFailurePolicy": policy]))
            let bad = try await ended(api, "bad")
            let failure = bad["status", "conditions"]?.arrayValue?.first { $0["type"] == "Failed" }
            #expect(failure?["reason"] == "PodFailurePolicy")
            #expect(failure?["message"]?.stringValue?.contains("exit code 65 matching FailJob rule at index 1") == true)
            #expect(bad["status", "failed"] == 1)

            let seen = FileManager.default.temporaryDirectory.appending(path: "presage-seen-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: seen) }
            let script = "mkdir \(seen.path) 2>/dev/null && sleep 600; exit 0"
            _ = try await api.send(
                "POST", Fixtures.jobs, Fixtures.job("moved", script, ["backoffLimit": 0, "podFailurePolicy": policy]))
            let selector = pods + "?labelSelector=job-name%3Dmoved"
            let list = try await api.wait(selector, "a running pod") { $0["items", 0, "status", "phase"] == "Running" }
            let name = list["items", 0, "metadata", "name"]?.stringValue ?? ""
            // A pod runs a moment before its process does anything: the next one must see that this one was there.
            for _ in 0..<400 where !FileManager.default.fileExists(atPath: seen.path) {
                try await Task.sleep(for: .milliseconds(25))
            }
            // What the kubelet writes when the node runs out of memory.
            _ = try await api.send(
                "PATCH", pods + "/\(name)/status",
                [
                    "status": [
                        "phase": "Failed", "reason": "Evicted",
                        "conditions": [
                            ["type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet"]
                        ],
                    ]
                ], type: "application/merge-patch+json")
            let moved = try await ended(api, "moved")
            #expect(Conditions.holds(moved, "Complete"), "\(moved)")
        }
    }

    @Test func `a container of a pod that restarts on failure starts again in place`() async throws {
        try await TestAPI.run({ $0.pods.retryDelay = .milliseconds(10) }) { (api) async throws in
            let script = "test -e ../again && exit 0; touch ../again; echo first; exit 1"
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("j", script, policy: "OnFailure"))
            #expect(Conditions.holds(try await ended(api, "j"), "Complete"))
            let pod = try await api.send("GET", pods).json["items", 0] ?? [:]
            #expect(pod["status", "containerStatuses", 0, "restartCount"] == 1)
            let logs = try await api.client.fetch(
                .init(url: api.server.url + pods + "/\(pod.name)/log?previous=true"))
            #expect(logs.body == Array("first\n".utf8))
        }
    }

    @Test func `the deadline ends a job and its processes`() async throws {
        try await TestAPI.run { (api) async throws in
            let script = "echo $$$$; sleep 600 & sleep 600"
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("slow", script, ["activeDeadlineSeconds": 3600]))
            let pid = try await runningPID(api)
            #expect(alive(pid))
            // Once the process is known to run, its time is over.
            _ = try await api.send(
                "PATCH", Fixtures.jobs + "/slow", ["spec": ["activeDeadlineSeconds": 1]],
                type: "application/merge-patch+json")
            let job = try await ended(api, "slow")
            let failure = job["status", "conditions"]?.arrayValue?.first { $0["type"] == "Failed" }
            #expect(failure?["reason"] == "DeadlineExceeded")
            _ = try await api.wait(pods, "the pod's end") { $0["items"]?.arrayValue?.isEmpty == true }
            #expect(!alive(pid))
        }
    }

    /// The process of the only pod, from what it printed: `$$$$`, for Kubernetes reduces `$$` to `$`.
    private func runningPID(_ api: TestAPI) async throws -> Int32 {
        for _ in 0..<400 {
            if let pod = try await api.send("GET", pods).json["items", 0] {
                let logs = try await api.client.fetch(.init(url: api.server.url + pods + "/\(pod.name)/log"))
                let text = String(decoding: logs.body, as: UTF8.self).trimmed
                if let pid = Int32(text) { return pid }
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw PlaygroundError(code: .listen, message: "the process did not start")
    }

    @Test func `suspending a job stops its pods, resuming starts new ones`() async throws {
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("s", "echo $$$$; sleep 600"))
            let pid = try await runningPID(api)
            _ = try await api.send(
                "PATCH", Fixtures.jobs + "/s", ["spec": ["suspend": true]], type: "application/merge-patch+json")
            _ = try await api.wait(pods, "the pod's end") { $0["items"]?.arrayValue?.isEmpty == true }
            #expect(!alive(pid))
            let job = try await api.wait(Fixtures.jobs + "/s", "suspension") { Conditions.holds($0, "Suspended") }
            #expect(job["status", "active"] == nil)
            _ = try await api.send(
                "PATCH", Fixtures.jobs + "/s", ["spec": ["suspend": false]], type: "application/merge-patch+json")
            #expect(try await runningPID(api) != pid)
        }
    }

    @Test func `a finished job goes when its time to live is over, and its pods with it`() async throws {
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("t", "true", ["ttlSecondsAfterFinished": 0]))
            _ = try await api.wait(Fixtures.jobs, "the job's end") { $0["items"]?.arrayValue?.isEmpty == true }
            _ = try await api.wait(pods, "the pod's end") { $0["items"]?.arrayValue?.isEmpty == true }
        }
    }

    @Test func `no process outlives the playground`() async throws {
        let pids = Locked<[Int32]>([])
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("s", "echo $$$$; trap '' TERM; sleep 600"))
            let pid = try await runningPID(api)
            pids.withLock { $0.append(pid) }
            #expect(alive(pid))
        }
        #expect(pids.withLock { $0.allSatisfy { !alive($0) } })
    }

    @Test func `the guard ends what is left when the playground dies`() async throws {
        let processes = try #require(ProcessGuard())
        let output = FileManager.default.temporaryDirectory.appending(path: "guard-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: output) }
        func start() throws -> LocalProcess {
            try LocalProcess.start(
                "/bin/sh", ["-c", "trap '' TERM; sleep 600; :"], environment: ["PATH": "/usr/bin:/bin"],
                directory: "/tmp", output: output.path)
        }
        let kept = try start()
        let dropped = try start()
        processes.add(dropped.pid)
        processes.add(kept.pid)
        processes.drop(dropped.pid)
        processes.finish()  // closes the pipe, as the end of the playground does
        #expect(await kept.end() == .signaled(SIGKILL))
        #expect(alive(dropped.pid))
        dropped.kill(SIGKILL)
        #expect(await dropped.end() == .signaled(SIGKILL))
    }

    @Test func `a process gets no descriptor of the playground`() async throws {
        try await TestAPI.run { (api) async throws in
            // The shell that expands the pattern holds the standard descriptors, and may hold one for the directory.
            let script = "for fd in /proc/$$$$/fd/*; do readlink $fd; done | grep -c -E 'socket|pipe|eventpoll'; true"
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("j", script))
            #expect(Conditions.holds(try await ended(api, "j"), "Complete"))
            let pod = try await api.send("GET", pods).json["items", 0] ?? [:]
            let logs = try await api.client.fetch(.init(url: api.server.url + pods + "/\(pod.name)/log"))
            #expect(logs.body == Array("0\n".utf8))
        }
    }

    @Test func `a token that a pod got works as long as the pod runs`() async throws {
        try await TestAPI.run({ $0.allowsAnonymous = false }) { (api) async throws in
            let script = "sed -n 's/ *token: //p' $KUBECONFIG; sleep 600"
            let token = api.server.token
            _ = try await api.send("POST", Fixtures.jobs, Fixtures.job("s", script), token: token)
            var podToken = ""
            for _ in 0..<400 where podToken.isEmpty {
                try await Task.sleep(for: .milliseconds(25))
                guard let pod = try await api.send("GET", pods, token: token).json["items", 0] else { continue }
                let logs = try await api.client.fetch(
                    .init(
                        url: api.server.url + pods + "/\(pod.name)/log",
                        headers: ["Authorization": "Bearer \(token)"]))
                podToken = String(decoding: logs.body, as: UTF8.self).trimmed
            }
            #expect(try await api.send("GET", Fixtures.configMaps, token: podToken).code == 200)
            _ = try await api.send(
                "DELETE", Fixtures.jobs + "/s", ["propagationPolicy": "Background"], token: token)
            for _ in 0..<400 where try await api.send("GET", Fixtures.configMaps, token: podToken).code == 200 {
                try await Task.sleep(for: .milliseconds(25))
            }
            #expect(try await api.send("GET", Fixtures.configMaps, token: podToken).code == 401)
        }
    }

    @Test func `an image without executable waits and says why`() async throws {
        try await TestAPI.run { (api) async throws in
            var job = Fixtures.job("j", "")
            job["spec", "template", "spec", "containers"] = [["name": "main", "image": "example.com/unknown:1"]]
            _ = try await api.send("POST", Fixtures.jobs, job)
            let list = try await api.wait(pods, "the reason") {
                $0["items", 0, "status", "containerStatuses", 0, "state", "waiting", "reason"] == "ErrImagePull"
            }
            let waiting = list["items", 0, "status", "containerStatuses", 0, "state", "waiting"]
            #expect(waiting?["message"]?.stringValue?.contains("example.com/unknown:1") == true)
        }
    }
}
