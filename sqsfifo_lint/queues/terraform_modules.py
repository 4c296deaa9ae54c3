"""What two modules of the Terraform registry declare, for calls of them: their source is not part of a project.

Only what decides a queue's name and how it deduplicates, following the modules' own `main.tf`:
<https://github.com/terraform-aws-modules/terraform-aws-sqs>, <https://github.com/terraform-aws-modules/terraform-aws-sns>.
"""

from __future__ import annotations

_SQS = """
variable "create" { default = true }
variable "name" { default = null }
variable "use_name_prefix" { default = false }
variable "fifo_queue" { default = false }
variable "content_based_deduplication" { default = null }
variable "deduplication_scope" { default = null }
variable "fifo_throughput_limit" { default = null }
variable "delay_seconds" { default = null }
variable "create_dlq" { default = false }
variable "dlq_name" { default = null }
variable "dlq_content_based_deduplication" { default = null }
variable "dlq_deduplication_scope" { default = null }
variable "dlq_delay_seconds" { default = null }
variable "redrive_policy" { default = null }

locals {
  base     = trimsuffix(var.name, ".fifo")
  dlq_base = trimsuffix(coalesce(var.dlq_name, "${local.base}-dlq"), ".fifo")
}

resource "aws_sqs_queue" "this" {
  count                       = var.create ? 1 : 0
  name                        = var.use_name_prefix ? null : var.fifo_queue ? "${local.base}.fifo" : local.base
  name_prefix                 = var.use_name_prefix ? "${local.base}-" : null
  fifo_queue                  = var.fifo_queue
  content_based_deduplication = var.content_based_deduplication
  deduplication_scope         = var.deduplication_scope
  fifo_throughput_limit       = var.fifo_throughput_limit
  delay_seconds               = var.delay_seconds
}

resource "aws_sqs_queue_redrive_policy" "given" {
  count          = var.create && !var.create_dlq ? 1 : 0
  queue_url      = aws_sqs_queue.this.url
  redrive_policy = var.redrive_policy
}

resource "aws_sqs_queue_redrive_policy" "this" {
  count          = var.create && var.create_dlq ? 1 : 0
  queue_url      = aws_sqs_queue.this.url
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dlq.arn })
}

resource "aws_sqs_queue" "dlq" {
  count                       = var.create && var.create_dlq ? 1 : 0
  name                        = var.use_name_prefix ? null : var.fifo_queue ? "${local.dlq_base}.fifo" : local.dlq_base
  name_prefix                 = var.use_name_prefix ? "${local.dlq_base}-" : null
  fifo_queue                  = var.fifo_queue
  content_based_deduplication = coalesce(var.dlq_content_based_deduplication, var.content_based_deduplication)
  deduplication_scope         = coalesce(var.dlq_deduplication_scope, var.deduplication_scope)
  delay_seconds               = coalesce(var.dlq_delay_seconds, var.delay_seconds)
}

output "queue_id" { value = aws_sqs_queue.this.id }
output "queue_arn" { value = aws_sqs_queue.this.arn }
output "queue_url" { value = aws_sqs_queue.this.url }
output "queue_name" { value = aws_sqs_queue.this.name }
output "this_sqs_queue_id" { value = aws_sqs_queue.this.id }
output "this_sqs_queue_arn" { value = aws_sqs_queue.this.arn }
output "this_sqs_queue_name" { value = aws_sqs_queue.this.name }
output "sqs_queue_id" { value = aws_sqs_queue.this.id }
output "sqs_queue_arn" { value = aws_sqs_queue.this.arn }
output "sqs_queue_name" { value = aws_sqs_queue.this.name }
output "dead_letter_queue_id" { value = aws_sqs_queue.dlq.id }
output "dead_letter_queue_arn" { value = aws_sqs_queue.dlq.arn }
output "dead_letter_queue_url" { value = aws_sqs_queue.dlq.url }
output "dead_letter_queue_name" { value = aws_sqs_queue.dlq.name }
"""

_SNS = """
variable "create" { default = true }
variable "name" { default = null }
variable "use_name_prefix" { default = false }
variable "fifo_topic" { default = false }
variable "content_based_deduplication" { default = false }
variable "fifo_throughput_scope" { default = null }

locals {
  base = trimsuffix(var.name, ".fifo")
}

resource "aws_sns_topic" "this" {
  count                       = var.create ? 1 : 0
  name                        = var.use_name_prefix ? null : var.fifo_topic ? "${local.base}.fifo" : local.base
  name_prefix                 = var.use_name_prefix ? "${local.base}-" : null
  fifo_topic                  = var.fifo_topic
  content_based_deduplication = var.content_based_deduplication
  fifo_throughput_scope       = var.fifo_throughput_scope
}

output "topic_id" { value = aws_sns_topic.this.id }
output "topic_arn" { value = aws_sns_topic.this.arn }
output "topic_name" { value = aws_sns_topic.this.name }
"""

REGISTRY = {
    r"(?:^|[/:])terraform-aws-modules/(?:terraform-aws-)?sqs(?:/aws)?(?:\.git)?(?:\?.*)?$": _SQS,
    r"(?:^|[/:])terraform-aws-modules/(?:terraform-aws-)?sns(?:/aws)?(?:\.git)?(?:\?.*)?$": _SNS,
}
"""Patterns of `source`, and the module in Terraform's language."""
