<?php
/**
 * Plugin Name: Tactful
 * Description: Has the Akismet plugin ask your own Tactful, and takes in its later verdicts.
 *
 * Copy this file to wp-content/mu-plugins/ and say in wp-config.php:
 *
 *   define( 'TACTFUL_URL', 'https://moderation.example' );
 *   define( 'WPCOM_API_KEY', 'akismet_key of your site' );
 *   define( 'TACTFUL_WEBHOOK_SECRET', 'whsec_…' ); // for later verdicts; see README.md
 *   define( 'TACTFUL_REVIEW', 'spam' );            // or 'hold', 'publish': as `--akismet-review`
 */

if ( ! defined( 'ABSPATH' ) || ! defined( 'TACTFUL_URL' ) ) {
	return;
}

add_filter( 'pre_http_request', 'tactful_redirect', 10, 3 );
add_action( 'akismet_comment_check_response', 'tactful_remember_guid' );
add_action( 'wp_insert_comment', 'tactful_note_guid', 20, 2 );
add_action( 'rest_api_init', 'tactful_register_webhook' );

/** Sends what is meant for rest.akismet.com to TACTFUL_URL; once that failed, no more in this request. */
function tactful_redirect( $response, $args, $url ) {
	static $failure = null;
	$parts = wp_parse_url( $url );
	$host  = isset( $parts['host'] ) ? $parts['host'] : '';
	if ( ! preg_match( '/(^|\.)rest\.akismet\.com$/', $host ) ) {
		return $response;
	}
	if ( $failure ) {
		return $failure;
	}
	unset( $args['headers']['Host'] );
	$args['headers']['X-Forwarded-Host'] = $host;
	$args['reject_unsafe_urls']          = false; // TACTFUL_URL may be in your own network.
	$args['timeout']                     = 5;
	$query  = isset( $parts['query'] ) ? '?' . $parts['query'] : '';
	$answer = wp_remote_request( rtrim( TACTFUL_URL, '/' ) . $parts['path'] . $query, $args );
	if ( is_wp_error( $answer ) ) {
		$failure = $answer;
	}
	return $answer;
}

/** Keeps the guid of the check that this request has just made, until its comment has an id. */
function tactful_remember_guid( $response = null ) {
	static $guid = '';
	if ( is_array( $response ) ) {
		$guid = isset( $response[0]['x-akismet-guid'] ) ? (string) $response[0]['x-akismet-guid'] : '';
	}
	return $guid;
}

function tactful_note_guid( $comment_id, $comment ) {
	$guid = tactful_remember_guid();
	if ( ! $guid || ! Akismet::get_last_comment() || ! Akismet::matches_last_comment( $comment ) ) {
		return;
	}
	add_comment_meta( $comment_id, 'tactful_guid', $guid, true );
	$early = get_transient( 'tactful_' . $guid ); // It was faster than the comment's way to here.
	if ( $early ) {
		delete_transient( 'tactful_' . $guid );
		tactful_apply( $comment_id, $early );
	}
}

function tactful_register_webhook() {
	register_rest_route(
		'tactful/v1',
		'/webhook',
		array(
			'methods'             => 'POST',
			'callback'            => 'tactful_webhook',
			'permission_callback' => 'tactful_is_signed',
		)
	);
}

/** Whether Tactful signed this request (Standard Webhooks 1.0) within the last five minutes. */
function tactful_is_signed( $request ) {
	if ( ! defined( 'TACTFUL_WEBHOOK_SECRET' ) ) {
		return false;
	}
	$id   = (string) $request->get_header( 'webhook-id' );
	$time = (string) $request->get_header( 'webhook-timestamp' );
	if ( abs( time() - (int) $time ) > 300 ) {
		return false;
	}
	$secret = base64_decode( preg_replace( '/^whsec_/', '', TACTFUL_WEBHOOK_SECRET ) );
	$right  = 'v1,' . base64_encode( hash_hmac( 'sha256', $id . '.' . $time . '.' . $request->get_body(), $secret, true ) );
	foreach ( explode( ' ', (string) $request->get_header( 'webhook-signature' ) ) as $given ) {
		if ( hash_equals( $right, $given ) ) {
			return true;
		}
	}
	return false;
}

function tactful_webhook( $request ) {
	$event = json_decode( $request->get_body(), true );
	$guid  = isset( $event['data']['metadata']['akismet']['guid'] ) ? $event['data']['metadata']['akismet']['guid'] : '';
	if ( ! preg_match( '/^[0-9a-f]{32}$/', $guid ) ) {
		return array( 'applied' => 0 ); // It came by another way than the Akismet plugin.
	}
	$ids = get_comments(
		array(
			'fields'     => 'ids',
			'status'     => 'any',
			'meta_key'   => 'tactful_guid',
			'meta_value' => $guid,
		)
	);
	foreach ( $ids as $id ) {
		tactful_apply( $id, $event );
	}
	if ( ! $ids ) {
		set_transient( 'tactful_' . $guid, $event, 600 );
	}
	return array( 'applied' => count( $ids ) );
}

/** Gives a comment the status that Tactful's later word asks for. */
function tactful_apply( $id, $event ) {
	$comment = get_comment( $id );
	$decided = 'comment.decided' === $event['type'];
	$status  = $comment ? tactful_wanted_status( $event, $comment ) : '';
	$now     = $comment ? wp_get_comment_status( $comment ) : 'trash';
	if ( ! $status || 'trash' === $now || ( ! $decided && tactful_touched( $id ) ) ) {
		return;
	}
	delete_comment_meta( $id, 'akismet_error' );
	update_comment_meta( $id, 'akismet_result', 'spam' === $status ? 'true' : 'false' );
	$names = array( 'approve' => 'approved', 'hold' => 'unapproved', 'spam' => 'spam' );
	if ( $now === $names[ $status ] ) {
		return;
	}
	add_comment_meta( $id, 'akismet_rechecking', true ); // So that Akismet reports nothing back.
	wp_set_comment_status( $id, $status );
	delete_comment_meta( $id, 'akismet_rechecking' );
	Akismet::update_comment_history( $id, '', 'spam' === $status ? 'recheck-spam' : 'recheck-ham' );
}

/** Returns 'approve', 'hold', 'spam', or '' where there is nothing to change. */
function tactful_wanted_status( $event, $comment ) {
	if ( 'comment.decided' === $event['type'] ) {
		return in_array( $event['data']['decision']['decision'], array( 'approve', 'ham' ), true ) ? 'approve' : 'spam';
	}
	if ( 'comment.verdict' !== $event['type'] ) {
		return '';
	}
	$action = $event['data']['verdict']['action'];
	if ( 'reject' === $action ) {
		return 'spam';
	}
	if ( 'review' === $action ) {
		$review = defined( 'TACTFUL_REVIEW' ) ? TACTFUL_REVIEW : 'spam';
		return 'publish' === $review ? '' : $review;
	}
	if ( 'false' === get_comment_meta( $comment->comment_ID, 'akismet_result', true ) ) {
		return ''; // It was answered so in time, and WordPress's own settings hold it, if any do.
	}
	$c = $comment;
	return check_comment( $c->comment_author, $c->comment_author_email, $c->comment_author_url, $c->comment_content, $c->comment_author_IP, $c->comment_agent, $c->comment_type ) ? 'approve' : 'hold';
}

/** Whether a person of the blog had the last word: a policy's verdict does not undo that. */
function tactful_touched( $id ) {
	$history = Akismet::get_comment_history( $id );
	$last    = $history ? (string) $history[0]['event'] : '';
	return (bool) preg_match( '/^(report-|status-(?!changed))/', $last );
}
