"""What a control lets pass although it is not the compliant stack's own way."""

from __future__ import annotations

from judging import judge


def test_a_shell_in_dev_passes_where_its_sessions_are_logged_and_encrypted_with_the_stacks_key(deployed):
    judged = deployed("dev").run(_with_logged_sessions)
    assert told(judged, "ecs-exec-restricted") == {"passed"}


def test_a_user_with_a_password_and_a_device_passes(deployed):
    judged = deployed("prod").run(_with_a_user)
    assert told(judged, "iam-user-mfa") == {"passed"}
    assert told(judged, "iam-console-mfa") == {"passed"}


def told(judgement, control):
    return {status for (each, _, _), (status, _) in judgement.items() if each == control}


def _with_logged_sessions(live):
    ecs, outputs = live.aws.client("ecs"), live.outputs
    log = {"cloudWatchLogGroupName": outputs["taskLogGroupName"], "cloudWatchEncryptionEnabled": True}
    sessions = {"kmsKeyId": outputs["logsKeyArn"], "logging": "OVERRIDE", "logConfiguration": log}
    ecs.update_cluster(cluster=outputs["clusterName"], configuration={"executeCommandConfiguration": sessions})
    ecs.update_service(cluster=outputs["clusterArn"], service=outputs["serviceArn"], enableExecuteCommand=True)
    return judge(live)


def _with_a_user(live):
    iam, name = live.aws.client("iam"), "employee"
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password="known to the emulator alone")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName=name, SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    return judge(live)
